set -e
# Each commit is built in a folder of its own: the clone is only read.
cat > ../check.sh <<'CHECK'
#!/bin/sh
there=$(mktemp -d) || exit 255
trap 'rm -rf "$there"' EXIT
git archive HEAD | tar -x -C "$there" || exit 255
cd "$there" || exit 255
node build.mjs || exit 125
price=$(node dist/price.mjs --qty 10 --unit 500)
echo "price: $price"
test "$price" = 4500 || exit 1
CHECK
chmod +x ../check.sh
git bisect start
git bisect bad
git bisect good v1.0
git bisect run ../check.sh
bad=$(git rev-parse bisect/bad)
git bisect reset
printf '%s' "$bad" > ../ANSWER
# By hand: the two files as they were before, and a commit.
git checkout --quiet "$bad~1" -- src/discount.mjs
git -c user.name=Learner -c user.email=learner@example.org commit --quiet -m 'Give ten pieces their discount again'
