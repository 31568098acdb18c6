set -e
cat > .gitignore <<'RULES'
.env
/dist/
*.log
*~
RULES
git rm --quiet -r --cached .env dist rates.log 'src/rates.js~'
git add .
git config user.name "Noor Haddad"
git config user.email noor.haddad@parcelshop.example
git commit --quiet --file=- <<'MESSAGE'
Add the service that quotes parcel rates

The shop quoted rates from a table that was pasted into its checkout.
A service of its own can be changed without a release of the shop.
MESSAGE
# A word was misspelt; -m replaces the whole message.
git commit --quiet --amend -m 'Add the service that quotes the rates of parcels'
