import unittest

from src.shipping import shipping_price


class ShippingPriceTest(unittest.TestCase):
    def test_light_and_heavy(self) -> None:
        self.assertEqual(shipping_price(2, 1000), 490)
        self.assertEqual(shipping_price(10, 1000), 990)

    def test_europe(self) -> None:
        self.assertEqual(shipping_price(1, 1000, zone="europe"), 1290)
        self.assertEqual(shipping_price(9, 1000, zone="europe"), 2150)

    def test_world(self) -> None:
        self.assertEqual(shipping_price(1, 1000, zone="world"), 2450)
        self.assertEqual(shipping_price(9, 1000, zone="world"), 4350)

    def test_big_orders_ship_free(self) -> None:
        self.assertEqual(shipping_price(1, 12000), 0)

    def test_an_island_costs_a_surcharge(self) -> None:
        self.assertEqual(shipping_price(1, 1000, island=True), 840)

    def test_a_discount_is_taken_off(self) -> None:
        self.assertEqual(shipping_price(1, 1000, discount_percent=10), 441)


if __name__ == "__main__":
    unittest.main()
