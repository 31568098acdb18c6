set -e
cat > ../check.sh <<'CHECK'
#!/bin/sh
[ -f dist/price.mjs ] || node build.mjs
built=$?
git checkout --quiet -- builds.log
[ "$built" -eq 0 ] || exit 125
[ "$(node dist/price.mjs --qty 10 --unit 500)" = 4500 ]
CHECK
chmod +x ../check.sh
bad=$(git rev-list -1 --grep='^Look a discount up' main)
echo "$bad" > ../ANSWER
git -c user.name=Learner -c user.email=learner@example.org revert --no-edit "$bad"
