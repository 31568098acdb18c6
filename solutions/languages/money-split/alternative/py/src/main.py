import json
import re
import sys
from fractions import Fraction
from math import floor
from typing import Any

UNIT = {
    "EUR": Fraction(1, 100),
    "USD": Fraction(1, 100),
    "JPY": Fraction(1),
    "KWD": Fraction(1, 1000),
}


def decimal_text(amount: Fraction, unit: Fraction) -> str:
    whole, units = divmod(abs(amount) / unit, 1 / unit)
    sign = "-" if amount < 0 else ""
    places = len(str(unit.denominator)) - 1
    return f"{sign}{whole}.{int(units):0{places}d}" if places else f"{sign}{whole}"


def split(amount: Fraction, unit: Fraction, weights: list[int]) -> list[Fraction]:
    """Works on exact fractions of the currency, so nothing is lost before the step that rounds."""
    sign = -1 if amount < 0 else 1
    exact = [abs(amount) * weight / sum(weights) for weight in weights]
    shares = [floor(share / unit) * unit for share in exact]
    while (rest := abs(amount) - sum(shares)) > 0:
        behind = [share - got for share, got in zip(exact, shares)]
        shares[behind.index(max(behind))] += min(unit, rest)
    return [sign * share for share in shares]


def answer(request: dict[str, Any]) -> dict[str, Any]:
    amount, currency, weights = (request.get(key) for key in ("amount", "currency", "weights"))
    unit = UNIT.get(currency) if isinstance(currency, str) else None
    if unit is None:
        return {"error": "BAD_CURRENCY"}
    if not re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", amount if isinstance(amount, str) else ""):
        return {"error": "BAD_AMOUNT"}
    if Fraction(amount) % unit or len(amount.partition(".")[2]) > len(str(unit.denominator)) - 1:
        return {"error": "BAD_AMOUNT"}
    if not isinstance(weights, list) or not 0 < len(weights) <= 50:
        return {"error": "BAD_WEIGHTS"}
    if any(type(w) is not int or w not in range(1_000_001) for w in weights) or not any(weights):
        return {"error": "BAD_WEIGHTS"}
    return {"shares": [decimal_text(share, unit) for share in split(Fraction(amount), unit, weights)]}


requests = [json.loads(line) for line in sys.stdin.readlines()]
sys.stdout.writelines(json.dumps(answer(request) | {"id": request["id"]}) + "\n" for request in requests)
