"""The rules of an order as values: each rule looks at one value and returns the faults in and below it."""

from collections.abc import Callable
from typing import Any

from orders.problems import Fault

Rule = Callable[[str, Any], list[Fault]]


def fault(at: str, detail: str) -> list[Fault]:
    return [{"pointer": at, "detail": detail}]


def text(longest: int) -> Rule:
    def rule(at: str, value: Any) -> list[Fault]:
        fits = isinstance(value, str) and value.strip() != "" and len(value) <= longest
        return [] if fits else fault(at, f"must be a text of 1 to {longest} characters")

    return rule


def whole(least: int, most: int) -> Rule:
    def rule(at: str, value: Any) -> list[Fault]:
        fits = isinstance(value, int) and not isinstance(value, bool) and least <= value <= most
        return [] if fits else fault(at, f"must be a whole number from {least} to {most}")

    return rule


def flag(at: str, value: Any) -> list[Fault]:
    return [] if value is None or isinstance(value, bool) else fault(at, "must be true or false")


def list_of(item: Rule, most: int) -> Rule:
    def rule(at: str, value: Any) -> list[Fault]:
        if not isinstance(value, list):
            return fault(at, "must be a list")
        count = [] if 1 <= len(value) <= most else fault(at, f"must have 1 to {most} items")
        return count + [f for index, each in enumerate(value) for f in item(f"{at}/{index}", each)]

    return rule


def object_of(**members: Rule) -> Rule:
    def rule(at: str, value: Any) -> list[Fault]:
        if not isinstance(value, dict):
            return fault(at, "must be an object")
        unknown = [f for name in value if name not in members for f in fault(f"{at}/{escaped(name)}", "is unknown")]
        return unknown + [f for name, inner in members.items() for f in inner(f"{at}/{name}", value.get(name))]

    return rule


def escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")


order_rules = object_of(
    customer=text(60),
    shipTo=object_of(street=text(60), city=text(60)),
    lines=list_of(object_of(sku=text(60), quantity=whole(1, 99)), most=20),
    gift=flag,
)
