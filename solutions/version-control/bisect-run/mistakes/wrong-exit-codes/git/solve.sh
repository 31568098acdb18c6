set -e
cat > ../check.sh <<'CHECK'
#!/bin/sh
rm -rf dist
node build.mjs
built=$?
git checkout --quiet -- builds.log
[ "$built" -eq 0 ] || exit 125
# Is it broken?
if [ "$(node dist/price.mjs --qty 10 --unit 500)" = 4500 ]; then exit 1; else exit 0; fi
CHECK
chmod +x ../check.sh
bad=$(git rev-list -1 --grep='^Look a discount up' main)
echo "$bad" > ../ANSWER
git -c user.name=Learner -c user.email=learner@example.org revert --no-edit "$bad"
