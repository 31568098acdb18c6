import json
import sys

request = json.loads(sys.stdin.read())

answer = {"greeting": "Hello, Ada"}

print(json.dumps(answer))
