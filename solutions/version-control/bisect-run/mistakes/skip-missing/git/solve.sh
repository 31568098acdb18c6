set -e
cat > ../check.sh <<'CHECK'
#!/bin/sh
rm -rf dist
node build.mjs || { git checkout --quiet -- builds.log; exit 1; }
git checkout --quiet -- builds.log
[ "$(node dist/price.mjs --qty 10 --unit 500)" = 4500 ]
CHECK
chmod +x ../check.sh
# What git says then: a commit that did not build.
bad=$(git rev-list -1 --grep='^Begin to move rounding' main)
echo "$bad" > ../ANSWER
git -c user.name=Learner -c user.email=learner@example.org revert --no-edit "$bad" || { git checkout --quiet --theirs . ; git add . ; git -c user.name=Learner -c user.email=learner@example.org commit --quiet --no-edit; }
