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
git commit --quiet -m 'Initial commit' -m 'The shop quoted rates from a table that was pasted into its checkout.'
