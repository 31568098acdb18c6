import json
import sys

request = json.loads(sys.stdin.read())

answer = {"greeting": "Hello, " + request["name"]}

print(answer["greeting"])
