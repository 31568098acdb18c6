public final class Shipping {
    public enum Zone { DOMESTIC, EUROPE, WORLD }

    private Shipping() {}

    public static int price(double weightKg, int orderCents) {
        return price(weightKg, orderCents, Zone.DOMESTIC);
    }

    public static int price(double weightKg, int orderCents, Zone zone) {
        return price(weightKg, orderCents, zone, false, 0);
    }

    public static int price(double weightKg, int orderCents, Zone zone, boolean island, int discountPercent) {
        if (!Double.isFinite(weightKg) || weightKg < 0) {
            throw new IllegalArgumentException("weight must be zero or more, got " + weightKg);
        }
        boolean free = zone == Zone.DOMESTIC && orderCents >= 5000;
        int rate = free ? 0 : baseRate(zone, weightKg);
        int discounted = (int) Math.round(rate * (100 - Math.min(30, discountPercent)) / 100.0);
        return island ? discounted + 350 : discounted;
    }

    static int baseRate(Zone zone, double weightKg) {
        boolean heavy = weightKg > 5;
        return switch (zone) {
            case DOMESTIC -> 490 + (heavy ? 500 : 0);
            case EUROPE -> 1290 + (heavy ? 860 : 0);
            case WORLD -> 2450 + (heavy ? 1900 : 0);
        };
    }
}
