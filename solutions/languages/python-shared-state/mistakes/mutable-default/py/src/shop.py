import copy
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Callable


@dataclass
class Line:
    sku: str
    cents: int
    quantity: int = 1


class Cart:
    def __init__(self, customer: str, lines: list[Line] = []) -> None:
        self.customer = customer
        self.lines = lines

    def add(self, sku: str, cents: int, quantity: int = 1) -> None:
        for line in self.lines:
            if line.sku == sku and line.cents == cents:
                line.quantity += quantity
                return
        self.lines.append(Line(sku, cents, quantity))

    def remove(self, sku: str) -> int:
        before = len(self.lines)
        self.lines = [line for line in self.lines if line.sku != sku]
        return before - len(self.lines)


WELCOME_KIT = [Line("STICKERS", 0, 3), Line("VOUCHER-5", 0)]


def welcome_cart(customer: str) -> Cart:
    """Every new customer starts with a few presents in the cart."""
    return Cart(customer, [replace(line) for line in WELCOME_KIT])


def reduced(percent: int, cents: int) -> int:
    return cents - cents * percent // 100


class Prices:
    """Knows the price of everything under each discount code."""

    def __init__(self, percents: dict[str, int]) -> None:
        self.rules: dict[str, Callable[[int], int]] = {}
        for code, percent in percents.items():
            self.rules[code] = partial(reduced, percent)

    def price(self, code: str, cents: int) -> int:
        rule = self.rules.get(code)
        return rule(cents) if rule else cents


class Tally:
    """Counts how often something happened, by key."""

    def __init__(self) -> None:
        self.counts: dict[str, int] = {}

    def note(self, key: str) -> None:
        self.counts[key] = self.counts.get(key, 0) + 1


class SalesTally(Tally):
    pass


class ReturnsTally(Tally):
    pass


class OrderBook:
    """Orders by number, as they came from the checkout: dicts with lists of dicts in them."""

    def __init__(self) -> None:
        self.orders: dict[str, dict[str, Any]] = {}

    def place(self, number: str, order: dict[str, Any]) -> None:
        self.orders[number] = order

    def duplicate(self, number: str, as_number: str) -> None:
        """For customers who order the same again, with changes."""
        self.orders[as_number] = copy.deepcopy(self.orders[number])

    def change(self, number: str, key: str, value: Any) -> None:
        self.orders[number][key] = value

    def change_line(self, number: str, index: int, key: str, value: Any) -> None:
        self.orders[number]["lines"][index][key] = value

    def add_option(self, number: str, index: int, option: str) -> None:
        self.orders[number]["lines"][index]["options"].append(option)

    def order(self, number: str) -> dict[str, Any]:
        return self.orders[number]
