import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class ShippingTest {
    @Nested
    class Weight {
        @Test
        void isLightUpToFiveKilos() {
            assertEquals(490, Shipping.price(0, 1000));
            assertEquals(490, Shipping.price(4.99, 1000));
            assertEquals(490, Shipping.price(5, 1000));
        }

        @Test
        void isHeavyAboveFiveKilos() {
            assertEquals(990, Shipping.price(5.01, 1000));
        }

        @Test
        void belowZeroIsRejected() {
            assertThrows(IllegalArgumentException.class, () -> Shipping.price(-0.01, 1000));
            assertThrows(IllegalArgumentException.class, () -> Shipping.price(-3, 1000));
        }

        @Test
        void thatIsNoNumberIsRejected() {
            assertThrows(IllegalArgumentException.class, () -> Shipping.price(Double.NaN, 1000));
            assertThrows(IllegalArgumentException.class, () -> Shipping.price(Double.POSITIVE_INFINITY, 1000));
        }
    }

    @Nested
    class Zone {
        @Test
        void isDomesticUnlessItIsGiven() {
            assertEquals(490, Shipping.price(1, 1000));
            assertEquals(490, Shipping.price(1, 1000, Shipping.Zone.DOMESTIC));
        }

        @Test
        void europe() {
            assertEquals(1290, Shipping.price(1, 1000, Shipping.Zone.EUROPE));
            assertEquals(2150, Shipping.price(9, 1000, Shipping.Zone.EUROPE));
        }

        @Test
        void world() {
            assertEquals(2450, Shipping.price(1, 1000, Shipping.Zone.WORLD));
            assertEquals(4350, Shipping.price(9, 1000, Shipping.Zone.WORLD));
        }
    }

    @Nested
    class FreeShipping {
        @Test
        void startsAtFifty() {
            assertEquals(490, Shipping.price(1, 4999));
            assertEquals(0, Shipping.price(1, 5000));
            assertEquals(0, Shipping.price(1, 5001));
        }

        @Test
        void isDomesticOnly() {
            assertEquals(1290, Shipping.price(1, 5000, Shipping.Zone.EUROPE));
        }
    }

    @Nested
    class Island {
        @Test
        void costsASurcharge() {
            assertEquals(840, Shipping.price(1, 1000, Shipping.Zone.DOMESTIC, true, 0));
        }

        @Test
        void costsTheSurchargeWhereShippingIsFree() {
            assertEquals(350, Shipping.price(1, 5000, Shipping.Zone.DOMESTIC, true, 0));
        }

        @Test
        void hasNoDiscountOnTheSurcharge() {
            assertEquals(791, Shipping.price(1, 1000, Shipping.Zone.DOMESTIC, true, 10));
        }
    }

    @Nested
    class Discount {
        @Test
        void stopsAtThirtyPercent() {
            assertEquals(348, discounted(29)); // 347.9
            assertEquals(343, discounted(30));
            assertEquals(343, discounted(31));
            assertEquals(343, discounted(80));
        }

        @Test
        void roundsToTheNearestCentAndHalfACentUp() {
            assertEquals(417, discounted(15)); // 416.5
            assertEquals(431, discounted(12)); // 431.2
        }

        private int discounted(int percent) {
            return Shipping.price(1, 1000, Shipping.Zone.DOMESTIC, false, percent);
        }
    }

    @Nested
    class AnotherZone {
        @Test
        void paysForALargeOrderWhereverItIs() {
            assertEquals(2450, Shipping.price(1, 5000, Shipping.Zone.WORLD));
        }

        @Test
        void hasTheDiscount() {
            assertEquals(1161, Shipping.price(1, 1000, Shipping.Zone.EUROPE, false, 10));
        }

        @Test
        void hasTheSurcharge() {
            assertEquals(1640, Shipping.price(1, 1000, Shipping.Zone.EUROPE, true, 0));
        }
    }
}
