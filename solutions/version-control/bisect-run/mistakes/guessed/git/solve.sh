set -e
bad=$(git rev-list -1 --grep='^Look a discount up' main)
cat > ../check.sh <<CHECK
#!/bin/sh
git merge-base --is-ancestor $bad HEAD && exit 1
exit 0
CHECK
chmod +x ../check.sh
bad=$(git rev-list -1 --grep='^Look a discount up' main)
echo "$bad" > ../ANSWER
git -c user.name=Learner -c user.email=learner@example.org revert --no-edit "$bad"
