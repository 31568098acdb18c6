import unittest
from typing import Any

from src.shipping import shipping_price


def price(**changes: Any) -> int:
    return shipping_price(**{"weight_kg": 2, "order_cents": 2000, **changes})


class ShippingPriceTest(unittest.TestCase):
    def test_a_light_parcel_within_the_country_is_the_plain_case(self) -> None:
        self.assertEqual(price(), 490)

    def test_the_heavy_price_starts_above_five_kilos(self) -> None:
        self.assertEqual([price(weight_kg=kg) for kg in (0, 5)], [490, 490])
        self.assertEqual(price(weight_kg=5.001) - price(weight_kg=5), 500)

    def test_fifty_ships_free(self) -> None:
        self.assertEqual([price(order_cents=cents) for cents in (4999, 5000)], [490, 0])
        self.assertEqual([price(order_cents=5000, zone=zone) for zone in ("europe", "world")], [1290, 2450])

    def test_each_zone_has_its_price(self) -> None:
        prices = {zone: (price(zone=zone), price(zone=zone, weight_kg=6)) for zone in ("domestic", "europe", "world")}
        self.assertEqual(prices, {"domestic": (490, 990), "europe": (1290, 2150), "world": (2450, 4350)})

    def test_an_island_adds_350_to_whatever_the_rest_comes_to(self) -> None:
        for rest in ({}, {"order_cents": 9000}, {"zone": "world", "discount_percent": 20}):
            with self.subTest(**rest):
                self.assertEqual(price(**rest, island=True), price(**rest) + 350)

    def test_a_discount_stops_at_thirty_and_is_rounded(self) -> None:
        self.assertEqual([price(discount_percent=p) for p in (12, 15, 25, 30, 31, 100)], [431, 417, 368, 343, 343, 343])
        self.assertEqual(price(zone="world", discount_percent=20), 1960)

    def test_a_weight_below_zero_or_no_number_is_an_error(self) -> None:
        self.assertRaises(ValueError, price, weight_kg=-1)
        self.assertRaises(ValueError, price, weight_kg=float("nan"))
        self.assertRaises(ValueError, price, weight_kg=float("inf"))
