set -e
cat > ../check.sh <<'CHECK'
#!/bin/sh
rm -rf dist
node build.mjs || exit 125
[ "$(node dist/price.mjs --qty 10 --unit 500)" = 4500 ]
CHECK
chmod +x ../check.sh
bad=$(git rev-list -1 --grep='^Look a discount up' main)
echo "$bad" > ../ANSWER
git -c user.name=Learner -c user.email=learner@example.org revert --no-edit "$bad"
