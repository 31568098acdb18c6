set -e
# A fresh start costs nothing while there is no history.
rm -rf .git
git init --quiet
git symbolic-ref HEAD refs/heads/main
git config user.name "Noor Haddad"
git config user.email noor.haddad@parcelshop.example
printf '%s\n' .env dist '*.log' '*~' > .gitignore
git add --all
git commit --quiet -m 'First try'
git commit --quiet --amend -m 'Start the parcel rates service

Because every shop of ours
computed its own rates, and no two
agreed.'
