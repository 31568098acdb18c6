import math
import unittest

from src.shipping import shipping_price


class WeightTest(unittest.TestCase):
    def test_light_up_to_five_kilos(self) -> None:
        for weight_kg in (0, 4.99, 5):
            with self.subTest(weight_kg=weight_kg):
                self.assertEqual(shipping_price(weight_kg, 1000), 490)

    def test_heavy_above_five_kilos(self) -> None:
        self.assertEqual(shipping_price(5.01, 1000), 990)

    def test_rejects_what_is_no_weight(self) -> None:
        for weight_kg in (-0.01, -3, math.nan, math.inf):
            with self.subTest(weight_kg=weight_kg), self.assertRaises(ValueError):
                shipping_price(weight_kg, 1000)


class ZoneTest(unittest.TestCase):
    def test_is_domestic_unless_it_is_given(self) -> None:
        self.assertEqual(shipping_price(1, 1000), 490)
        self.assertEqual(shipping_price(1, 1000, zone="domestic"), 490)

    def test_europe(self) -> None:
        self.assertEqual(shipping_price(1, 1000, zone="europe"), 1290)
        self.assertEqual(shipping_price(9, 1000, zone="europe"), 2150)

    def test_world(self) -> None:
        self.assertEqual(shipping_price(1, 1000, zone="world"), 2450)
        self.assertEqual(shipping_price(9, 1000, zone="world"), 4350)


class FreeShippingTest(unittest.TestCase):
    def test_starts_at_fifty(self) -> None:
        for order_cents, price in ((4999, 490), (5000, 0), (5001, 0)):
            with self.subTest(order_cents=order_cents):
                self.assertEqual(shipping_price(1, order_cents), price)

    def test_is_domestic_only(self) -> None:
        self.assertEqual(shipping_price(1, 5000, zone="europe"), 1290)


class IslandTest(unittest.TestCase):
    def test_costs_a_surcharge(self) -> None:
        self.assertEqual(shipping_price(1, 1000, island=True), 840)

    def test_costs_the_surcharge_where_shipping_is_free(self) -> None:
        self.assertEqual(shipping_price(1, 5000, island=True), 350)

    def test_has_no_discount_on_the_surcharge(self) -> None:
        self.assertEqual(shipping_price(1, 1000, island=True, discount_percent=10), 791)


class DiscountTest(unittest.TestCase):
    def test_stops_at_thirty_percent(self) -> None:
        for percent, price in ((29, 348), (30, 343), (31, 343), (80, 343)):
            with self.subTest(percent=percent):
                self.assertEqual(shipping_price(1, 1000, discount_percent=percent), price)

    def test_rounds_to_the_nearest_cent_and_half_a_cent_up(self) -> None:
        self.assertEqual(shipping_price(1, 1000, discount_percent=15), 417)  # 416.5
        self.assertEqual(shipping_price(1, 1000, discount_percent=12), 431)  # 431.2


class AnotherZoneTest(unittest.TestCase):
    def test_pays_for_a_large_order_wherever_it_is(self) -> None:
        self.assertEqual(shipping_price(1, 5000, zone="world"), 2450)

    def test_has_the_discount(self) -> None:
        self.assertEqual(shipping_price(1, 1000, zone="europe", discount_percent=10), 1161)

    def test_has_the_surcharge(self) -> None:
        self.assertEqual(shipping_price(1, 1000, zone="europe", island=True), 1640)


if __name__ == "__main__":
    unittest.main()
