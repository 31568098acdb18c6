import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class ShippingTest {
    @Test
    void chargesALightDomesticParcel() {
        assertEquals(490, Shipping.price(2, 1999, Shipping.Zone.DOMESTIC));
    }

    @Test
    void chargesAHeavyDomesticParcel() {
        assertEquals(990, Shipping.price(8, 1999, Shipping.Zone.DOMESTIC));
    }
}
