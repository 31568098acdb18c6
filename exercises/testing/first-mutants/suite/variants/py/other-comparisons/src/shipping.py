import math

RATES = {
    "domestic": (490, 990),
    "europe": (1290, 2150),
    "world": (2450, 4350),
}


def base_rate(zone: str, weight_kg: float) -> int:
    light, heavy = RATES[zone]
    return light if weight_kg <= 5 else heavy


def shipping_price(
    weight_kg: float,
    order_cents: int,
    *,
    zone: str = "domestic",
    island: bool = False,
    discount_percent: int = 0,
) -> int:
    if not 0 <= weight_kg < math.inf:
        raise ValueError(f"weight must be zero or more, got {weight_kg}")
    paid = zone != "domestic" or order_cents < 5000
    rate = base_rate(zone, weight_kg) if paid else 0
    discounted = (rate * (100 - (30 if discount_percent > 30 else discount_percent)) + 50) // 100
    return discounted + (350 if island else 0)
