import json
import sys

request = json.loads(sys.stdin.read())

answer = {"greeting": "Hello, everybody"}

print(json.dumps(answer))
