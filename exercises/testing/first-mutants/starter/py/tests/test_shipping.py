import unittest

from src.shipping import shipping_price


class ShippingPriceTest(unittest.TestCase):
    def test_charges_a_light_domestic_parcel(self) -> None:
        self.assertEqual(shipping_price(2, 1999, zone="domestic"), 490)

    def test_charges_a_heavy_domestic_parcel(self) -> None:
        self.assertEqual(shipping_price(8, 1999, zone="domestic"), 990)


if __name__ == "__main__":
    unittest.main()
