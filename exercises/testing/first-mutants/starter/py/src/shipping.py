import math

# Cents for a light and for a heavy parcel.
RATES = {
    "domestic": (490, 990),
    "europe": (1290, 2150),
    "world": (2450, 4350),
}


def base_rate(zone: str, weight_kg: float) -> int:
    light, heavy = RATES[zone]
    return heavy if weight_kg > 5 else light


def shipping_price(
    weight_kg: float,
    order_cents: int,
    *,
    zone: str = "domestic",
    island: bool = False,
    discount_percent: int = 0,
) -> int:
    """What a parcel costs to send, in cents."""
    if not math.isfinite(weight_kg) or weight_kg < 0:
        raise ValueError(f"weight must be zero or more, got {weight_kg}")
    free = zone == "domestic" and order_cents >= 5000
    rate = 0 if free else base_rate(zone, weight_kg)
    discounted = (rate * (100 - min(discount_percent, 30)) + 49) // 100
    return discounted + (350 if island else 0)
