import json
from collections import Counter
from collections.abc import Iterable
from typing import Any, NamedTuple


class Line(NamedTuple):
    """Cannot be changed, so that it may be shared: a cart with another quantity holds another line."""

    sku: str
    cents: int
    quantity: int = 1


class Cart:
    def __init__(self, customer: str, lines: Iterable[Line] | None = None) -> None:
        self.customer = customer
        self._quantities = Counter()
        for line in lines or []:
            self.add(line.sku, line.cents, line.quantity)

    @property
    def lines(self) -> list[Line]:
        return [Line(sku, cents, quantity) for (sku, cents), quantity in self._quantities.items()]

    def add(self, sku: str, cents: int, quantity: int = 1) -> None:
        self._quantities[sku, cents] += quantity

    def remove(self, sku: str) -> int:
        gone = [key for key in self._quantities if key[0] == sku]
        for key in gone:
            del self._quantities[key]
        return len(gone)


WELCOME_KIT = (Line("STICKERS", 0, 3), Line("VOUCHER-5", 0))


def welcome_cart(customer: str) -> Cart:
    """Every new customer starts with a few presents in the cart."""
    return Cart(customer, WELCOME_KIT)


class Prices:
    """Knows the price of everything under each discount code."""

    def __init__(self, percents: dict[str, int]) -> None:
        self._percents = dict(percents)

    def price(self, code: str, cents: int) -> int:
        return cents - cents * self._percents.get(code, 0) // 100


class Tally:
    """Counts how often something happened, by key."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()

    def note(self, key: str) -> None:
        self.counts.update([key])


class SalesTally(Tally):
    pass


class ReturnsTally(Tally):
    pass


class OrderBook:
    """Keeps each order as JSON text: what is read from it is nobody else's."""

    def __init__(self) -> None:
        self._texts: dict[str, str] = {}

    def place(self, number: str, order: dict[str, Any]) -> None:
        self._texts[number] = json.dumps(order)

    def duplicate(self, number: str, as_number: str) -> None:
        self._texts[as_number] = self._texts[number]

    def change(self, number: str, key: str, value: Any) -> None:
        self.place(number, self.order(number) | {key: value})

    def change_line(self, number: str, index: int, key: str, value: Any) -> None:
        order = self.order(number)
        order["lines"][index][key] = value
        self.place(number, order)

    def add_option(self, number: str, index: int, option: str) -> None:
        order = self.order(number)
        order["lines"][index]["options"].append(option)
        self.place(number, order)

    def order(self, number: str) -> dict[str, Any]:
        return json.loads(self._texts[number])
