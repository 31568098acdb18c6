#!/bin/sh
# Run by: git bisect run ../check.sh
node build.mjs
node dist/price.mjs --qty 10 --unit 500 | grep -q 4500
