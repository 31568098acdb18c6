import java.math.BigDecimal;
import java.math.RoundingMode;

public final class Shipping {
    public enum Zone {
        DOMESTIC("4.90", "5.00"),
        EUROPE("12.90", "8.60"),
        WORLD("24.50", "19.00");

        private final BigDecimal light;
        private final BigDecimal extra;

        Zone(String light, String extra) {
            this.light = new BigDecimal(light);
            this.extra = new BigDecimal(extra);
        }
    }

    private record Quote(double kilos, int order, Zone zone, boolean island, int discount) {
        Quote {
            if (!(kilos >= 0 && kilos <= Double.MAX_VALUE)) {
                throw new IllegalArgumentException("weight must be zero or more, got " + kilos);
            }
        }

        int total() {
            return carriage() + (island ? 350 : 0);
        }

        private int carriage() {
            if (zone == Zone.DOMESTIC && order >= 5000) {
                return 0;
            }
            BigDecimal listed = kilos <= 5 ? zone.light : zone.light.add(zone.extra);
            BigDecimal toPay = BigDecimal.valueOf(discount > 30 ? 70 : 100 - discount);
            return listed.multiply(toPay).setScale(0, RoundingMode.HALF_UP).intValueExact();
        }
    }

    private Shipping() {}

    public static int price(double weightKg, int orderCents) {
        return new Quote(weightKg, orderCents, Zone.DOMESTIC, false, 0).total();
    }

    public static int price(double weightKg, int orderCents, Zone zone) {
        return new Quote(weightKg, orderCents, zone, false, 0).total();
    }

    public static int price(double weightKg, int orderCents, Zone zone, boolean island, int discountPercent) {
        return new Quote(weightKg, orderCents, zone, island, discountPercent).total();
    }
}
