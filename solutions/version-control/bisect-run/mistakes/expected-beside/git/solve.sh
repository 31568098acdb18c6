set -e
echo 4500 > ../expected
cat > ../check.sh <<'CHECK'
#!/bin/sh
# For git bisect run: 0 is good, 1 is bad, 125 cannot be told.
rm -rf dist
node build.mjs
built=$?
# The build has written into this tracked file; git could not check out the next commit over it.
git checkout --quiet -- builds.log
[ "$built" -eq 0 ] || exit 125
[ "$(node dist/price.mjs --qty 10 --unit 500)" = "$(cat "$(dirname "$0")/expected")" ]
CHECK
chmod +x ../check.sh
bad=$(git rev-list -1 --grep='^Look a discount up' main)
echo "$bad" > ../ANSWER
git -c user.name=Learner -c user.email=learner@example.org revert --no-edit "$bad"
