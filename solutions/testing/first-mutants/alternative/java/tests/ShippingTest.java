import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ShippingTest {
    @Test
    void withoutAZoneItIsDomestic() {
        assertEquals(490, Shipping.price(2, 2000));
    }

    @ParameterizedTest
    @CsvSource({
        // kg, order, zone, island, discount, price
        "0,     2000, DOMESTIC, false, 0,   490",
        "2,     2000, DOMESTIC, false, 0,   490",
        "5,     2000, DOMESTIC, false, 0,   490",
        "5.001, 2000, DOMESTIC, false, 0,   990",
        "2,     2000, EUROPE,   false, 0,   1290",
        "6,     2000, EUROPE,   false, 0,   2150",
        "2,     2000, WORLD,    false, 0,   2450",
        "6,     2000, WORLD,    false, 0,   4350",
        "2,     4999, DOMESTIC, false, 0,   490",
        "2,     5000, DOMESTIC, false, 0,   0",
        "2,     5000, EUROPE,   false, 0,   1290",
        "2,     5000, WORLD,    false, 0,   2450",
        "2,     2000, DOMESTIC, true,  0,   840",
        "2,     5000, DOMESTIC, true,  0,   350",
        "2,     2000, DOMESTIC, false, 12,  431",
        "2,     2000, DOMESTIC, false, 15,  417",
        "2,     2000, DOMESTIC, false, 25,  368",
        "2,     2000, WORLD,    true,  20,  2310",
        "2,     2000, DOMESTIC, false, 30,  343",
        "2,     2000, DOMESTIC, false, 31,  343",
        "2,     2000, DOMESTIC, true,  100, 693",
    })
    void hasAPrice(double kg, int order, Shipping.Zone zone, boolean island, int discount, int price) {
        assertEquals(price, Shipping.price(kg, order, zone, island, discount));
    }

    @ParameterizedTest
    @ValueSource(doubles = {-1, -0.001, Double.NaN, Double.POSITIVE_INFINITY})
    void rejects(double kg) {
        assertThrows(IllegalArgumentException.class, () -> Shipping.price(kg, 2000));
    }
}
