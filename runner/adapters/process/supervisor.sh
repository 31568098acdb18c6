# Waits until the runner that started it is gone, however it ended, and ends what that one left running.
# $1 the folder of its ledger: a file for each process it has started, named like it; in it the id of its run, or its
#    temporary folder
# $2 where temporary folders lie
# Its standard input is the runner's: it ends when the runner does. A shell costs next to nothing while it waits.

trap '' HUP INT QUIT TERM
while read -r _; do :; done

# A runner that ended as it should has removed its ledger.
cd "$1" 2>/dev/null || exit 0

# All that a program has started itself, too; one that was started by hand leads no group.
started=$(echo [0-9]*)
below=$(ps -A -o pid= -o ppid= 2>/dev/null | awk -v started="$started" '
  BEGIN { count = split(started, roots, " "); for (i = 1; i <= count; i++) ours[roots[i]] = 1 }
  { parent[$1] = $2 }
  END {
    do {
      found = 0
      for (pid in parent) if (!(pid in ours) && (parent[pid] in ours)) { ours[pid] = 1; found = 1 }
    } while (found)
    for (pid in ours) print pid
  }')

# Those that have cut every tie carry the id of their run. Only Linux shows the environment of a process.
loose=
for run in $(sed -n '/^r[0-9]*x[0-9]*$/p' [0-9]* 2>/dev/null | sort -u); do
  for file in $(grep -l -s -F "GYM_RUN=$run" /proc/[0-9]*/environ 2>/dev/null); do
    file=${file#/proc/}
    loose="$loose ${file%/environ}"
  done
done

for pid in $started $below $loose; do
  kill -s KILL -- "-$pid" 2>/dev/null
  kill -s KILL "$pid" 2>/dev/null
done

# Only what lies directly in there and carries our prefix is ever removed.
for entry in [0-9]*; do
  IFS= read -r folder <"$entry"
  name=${folder##*/}
  case $name in
    gym-*) [ "$folder" != "$2/$name" ] || rm -rf -- "$folder" ;;
  esac
done 2>/dev/null
cd / && rm -rf -- "$1"
