import json
import sys

DIGITS = {"EUR": 2, "USD": 2, "JPY": 0, "KWD": 3}


def split(amount: float, digits: int, weights: list[int]) -> list[str]:
    total = sum(weights)
    return [f"{amount * weight / total:.{digits}f}" for weight in weights]


for line in sys.stdin:
    request = json.loads(line)
    digits = DIGITS[request["currency"]]
    shares = split(float(request["amount"]), digits, request["weights"])
    print(json.dumps({"id": request["id"], "shares": shares}))
