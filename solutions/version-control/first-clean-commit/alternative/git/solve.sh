set -e
# An empty index, rules first; then "everything" is the right thing to add.
git reset --quiet
rm rates.log 'src/rates.js~'
cat > .gitignore <<'RULES'
# secrets
/.env
# made by npm run build
/dist/**
# rubbish
**/*.log
**/*~
RULES
git add .
git config --local user.name 'Noor Haddad'
git config --local user.email 'noor.haddad@parcelshop.example'
git commit --quiet -m 'feat: quote parcel rates in a service of their own' -m 'Checkout needs rates that can change without a release of the shop.' -m 'Signed-off-by: Noor Haddad <noor.haddad@parcelshop.example>'
