set -e
cat > ../check.sh <<'CHECK'
#!/bin/sh
# A folder of its own, so that nothing of the clone is changed.
there=.git/judged
mkdir -p "$there"
rm -rf "$there/dist"
git archive HEAD | tar -x -C "$there" || exit 255
cd "$there" || exit 255
node build.mjs || exit 125
[ "$(node dist/price.mjs --qty 10 --unit 500)" = 4500 ]
CHECK
chmod +x ../check.sh
bad=$(git rev-list -1 --grep='^Look a discount up' main)
echo "$bad" > ../ANSWER
git -c user.name=Learner -c user.email=learner@example.org revert --no-edit "$bad"
