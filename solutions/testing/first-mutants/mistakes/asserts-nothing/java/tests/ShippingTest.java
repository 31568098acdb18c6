import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class ShippingTest {
    @Nested
    class Weight {
        @Test
        void isLightUpToFiveKilos() {
            Shipping.price(0, 1000);
            Shipping.price(4.99, 1000);
            Shipping.price(5, 1000);
        }

        @Test
        void isHeavyAboveFiveKilos() {
            Shipping.price(5.01, 1000);
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
            Shipping.price(1, 1000);
            Shipping.price(1, 1000, Shipping.Zone.DOMESTIC);
        }

        @Test
        void europe() {
            Shipping.price(1, 1000, Shipping.Zone.EUROPE);
            Shipping.price(9, 1000, Shipping.Zone.EUROPE);
        }

        @Test
        void world() {
            Shipping.price(1, 1000, Shipping.Zone.WORLD);
            Shipping.price(9, 1000, Shipping.Zone.WORLD);
        }
    }

    @Nested
    class FreeShipping {
        @Test
        void startsAtFifty() {
            Shipping.price(1, 4999);
            Shipping.price(1, 5000);
            Shipping.price(1, 5001);
        }

        @Test
        void isDomesticOnly() {
            Shipping.price(1, 5000, Shipping.Zone.EUROPE);
        }
    }

    @Nested
    class Island {
        @Test
        void costsASurcharge() {
            Shipping.price(1, 1000, Shipping.Zone.DOMESTIC, true, 0);
        }

        @Test
        void costsTheSurchargeWhereShippingIsFree() {
            Shipping.price(1, 5000, Shipping.Zone.DOMESTIC, true, 0);
        }

        @Test
        void hasNoDiscountOnTheSurcharge() {
            Shipping.price(1, 1000, Shipping.Zone.DOMESTIC, true, 10);
        }
    }

    @Nested
    class Discount {
        @Test
        void stopsAtThirtyPercent() {
            discounted(29); // 347.9
            discounted(30);
            discounted(31);
            discounted(80);
        }

        @Test
        void roundsToTheNearestCentAndHalfACentUp() {
            discounted(15); // 416.5
            discounted(12); // 431.2
        }

        private int discounted(int percent) {
            return Shipping.price(1, 1000, Shipping.Zone.DOMESTIC, false, percent);
        }
    }
}
