import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class ShippingTest {
    @Test
    void lightAndHeavy() {
        assertEquals(490, Shipping.price(2, 1000));
        assertEquals(990, Shipping.price(10, 1000));
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

    @Test
    void bigOrdersShipFree() {
        assertEquals(0, Shipping.price(1, 12000));
    }

    @Test
    void anIslandCostsASurcharge() {
        assertEquals(840, Shipping.price(1, 1000, Shipping.Zone.DOMESTIC, true, 0));
    }

    @Test
    void aDiscountIsTakenOff() {
        assertEquals(441, Shipping.price(1, 1000, Shipping.Zone.DOMESTIC, false, 10));
    }
}
