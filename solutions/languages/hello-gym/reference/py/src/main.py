import json
import sys

request = json.loads(sys.stdin.read())

answer = {"greeting": f"Hello, {request['name']}"}

print(json.dumps(answer))
