"""By hand: python3 src/try.py"""

import json

from verify import verify_token

with open("examples.json", encoding="utf-8") as file:
    examples = json.load(file)
for name, token in examples["tokens"].items():
    print(name, verify_token(token, examples["policy"]))
