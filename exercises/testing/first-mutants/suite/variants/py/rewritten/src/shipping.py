from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from sys import float_info


@dataclass(frozen=True)
class _Tariff:
    light: Decimal
    extra: Decimal

    def for_weight(self, kilos: float) -> Decimal:
        return self.light if kilos <= 5 else self.light + self.extra


def _tariff(zone: str) -> _Tariff:
    match zone:
        case "domestic":
            return _Tariff(Decimal("4.90"), Decimal("5.00"))
        case "europe":
            return _Tariff(Decimal("12.90"), Decimal("8.60"))
        case "world":
            return _Tariff(Decimal("24.50"), Decimal("19.00"))
        case _:
            raise KeyError(zone)


class _Quote:
    def __init__(self, weight_kg: float, order_cents: int, zone: str, island: bool, discount_percent: int):
        if not 0 <= weight_kg <= float_info.max:
            raise ValueError(f"weight must be zero or more, got {weight_kg}")
        self.weight_kg = weight_kg
        self.tariff = _tariff(zone)
        self.is_free = zone == "domestic" and order_cents >= 5000
        self.to_pay = Decimal(100 - discount_percent if discount_percent < 30 else 70) / 100
        self.crossing = 350 if island else 0

    def total(self) -> int:
        if self.is_free:
            return self.crossing
        euros = self.tariff.for_weight(self.weight_kg) * self.to_pay
        return int(euros.quantize(Decimal("0.01"), ROUND_HALF_UP) * 100) + self.crossing


def shipping_price(
    weight_kg: float,
    order_cents: int,
    *,
    zone: str = "domestic",
    island: bool = False,
    discount_percent: int = 0,
) -> int:
    return _Quote(weight_kg, order_cents, zone, island, discount_percent).total()
