"""Orders in memory; the database comes next quarter."""

from itertools import count
from typing import Any

_orders: dict[int, dict[str, Any]] = {}
_ids = count(1)


def add(order: dict[str, Any]) -> dict[str, Any]:
    stored = {"id": next(_ids), **order}
    _orders[stored["id"]] = stored
    return stored


def find(order_id: int) -> dict[str, Any] | None:
    return _orders.get(order_id)
