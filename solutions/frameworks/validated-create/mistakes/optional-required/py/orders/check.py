"""The rules of an order. Each function looks at one value and tells every fault in and below it."""

from collections.abc import Iterator
from typing import Any

from orders.problems import Fault


def check_order(body: Any) -> tuple[dict[str, Any], list[Fault]]:
    """The order to store and what is wrong with it; nothing is converted on the way."""
    faults = list(order_faults(body))
    return ({} if faults else {**body, "gift": body.get("gift") or False}), faults


def order_faults(body: Any) -> Iterator[Fault]:
    if not isinstance(body, dict):
        yield Fault("", "must be an object")
        return
    yield from unknown_members(body, {"customer", "shipTo", "lines", "gift"}, "")
    yield from text_faults(body.get("customer"), "/customer")
    yield from address_faults(body.get("shipTo"), "/shipTo")
    yield from lines_faults(body.get("lines"), "/lines")
    if not isinstance(body.get("gift"), bool):
        yield Fault("/gift", "must be true or false")


def address_faults(value: Any, at: str) -> Iterator[Fault]:
    if not isinstance(value, dict):
        yield Fault(at, "must be an object")
        return
    yield from unknown_members(value, {"street", "city"}, at)
    yield from text_faults(value.get("street"), f"{at}/street")
    yield from text_faults(value.get("city"), f"{at}/city")


def lines_faults(value: Any, at: str) -> Iterator[Fault]:
    if not isinstance(value, list):
        yield Fault(at, "must be a list")
        return
    if not 1 <= len(value) <= 20:
        yield Fault(at, "must have 1 to 20 items")
    for index, line in enumerate(value):
        yield from line_faults(line, f"{at}/{index}")


def line_faults(value: Any, at: str) -> Iterator[Fault]:
    if not isinstance(value, dict):
        yield Fault(at, "must be an object")
        return
    yield from unknown_members(value, {"sku", "quantity"}, at)
    yield from text_faults(value.get("sku"), f"{at}/sku")
    quantity = value.get("quantity")
    if type(quantity) is not int:  # isinstance would let True pass: bool is a subclass of int.
        yield Fault(f"{at}/quantity", "must be a whole number")
    elif not 1 <= quantity <= 99:
        yield Fault(f"{at}/quantity", "must be from 1 to 99")


def text_faults(value: Any, at: str) -> Iterator[Fault]:
    if not isinstance(value, str):
        yield Fault(at, "must be a text")
    elif not value.strip() or len(value) > 60:
        yield Fault(at, "must have 1 to 60 characters and not be blank")


def unknown_members(value: dict[str, Any], known: set[str], at: str) -> Iterator[Fault]:
    for name in value.keys() - known:
        # RFC 6901, section 3: "~" and "/" in a name are escaped.
        step = name.replace("~", "~0").replace("/", "~1")
        yield Fault(f"{at}/{step}", "is unknown")
