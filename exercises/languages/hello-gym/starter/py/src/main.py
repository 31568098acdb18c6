import json
import sys

request = json.loads(sys.stdin.read())

# One line is not right yet. request["name"] holds the name that came in.
answer = {"greeting": "Hello, world"}

print(json.dumps(answer))
