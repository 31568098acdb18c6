import json
import sys

hits = 0
total_bytes = 0
server_errors: dict[str, int] = {}

lines = sys.stdin.read().strip().split("\n")

for line in lines:
    # host identity user [time zone] "method target protocol" status bytes "referrer" "user agent"
    fields = line.split(" ")
    method = fields[5].lstrip('"')
    route = fields[6].split("?")[0]
    status = int(fields[8])

    hits += 1
    total_bytes += int(fields[9])
    if status >= 500:
        key = f"{method} {route}"
        server_errors[key] = server_errors.get(key, 0) + 1

print(json.dumps({"hits": hits, "bytes": total_bytes, "serverErrors": server_errors, "skipped": 0}))
