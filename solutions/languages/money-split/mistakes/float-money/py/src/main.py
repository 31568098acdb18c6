import json
import re
import sys
from typing import Any

DIGITS = {"EUR": 2, "USD": 2, "JPY": 0, "KWD": 3}
AMOUNT = re.compile(r"(-?)([0-9]+)(?:\.([0-9]+))?")


class BadRequest(Exception):
    """Carries the error code of the answer."""


def parse_amount(text: Any, digits: int) -> int:
    """The amount in minor units: "-12.5" with two digits is -1250."""
    match = AMOUNT.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        raise BadRequest("BAD_AMOUNT")
    if len(match[3] or "") > digits:
        raise BadRequest("BAD_AMOUNT")
    return int(float(text) * 10**digits)


def format_amount(units: int, digits: int) -> str:
    sign = "-" if units < 0 else ""
    text = str(abs(units)).rjust(digits + 1, "0")
    return f"{sign}{text[:-digits]}.{text[-digits:]}" if digits else sign + text


def check_weights(weights: Any) -> list[int]:
    fits = (
        isinstance(weights, list)
        and 1 <= len(weights) <= 50
        and all(type(weight) is int and 0 <= weight <= 1_000_000 for weight in weights)
        and sum(weights) > 0
    )
    if not fits:
        raise BadRequest("BAD_WEIGHTS")
    return weights


def split(units: int, weights: list[int]) -> list[int]:
    """Largest remainder: every share is rounded down, then the left-over units go where most was cut off."""
    size, total = abs(units), sum(weights)
    shares = [size * weight // total for weight in weights]
    by_cut_off = sorted(range(len(weights)), key=lambda i: size * weights[i] % total, reverse=True)
    for i in by_cut_off[: size - sum(shares)]:
        shares[i] += 1
    return [-share for share in shares] if units < 0 else shares


def shares_of(request: dict[str, Any]) -> list[str]:
    currency = request.get("currency")
    digits = DIGITS.get(currency) if isinstance(currency, str) else None
    if digits is None:
        raise BadRequest("BAD_CURRENCY")
    units = parse_amount(request.get("amount"), digits)
    weights = check_weights(request.get("weights"))
    return [format_amount(share, digits) for share in split(units, weights)]


for line in sys.stdin:
    request = json.loads(line)
    try:
        answer = {"shares": shares_of(request)}
    except BadRequest as refusal:
        answer = {"error": str(refusal)}
    print(json.dumps({"id": request["id"], **answer}))
