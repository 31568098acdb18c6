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
git commit --quiet -m 'Add the service that quotes parcel rates because the shop quoted them from a table that was pasted into its checkout' -m 'A service of its own can be changed without a release of the shop.'
