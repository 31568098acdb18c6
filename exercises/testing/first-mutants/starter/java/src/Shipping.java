/** What a parcel costs to send, in cents. */
public final class Shipping {
    public enum Zone { DOMESTIC, EUROPE, WORLD }

    private Shipping() {}

    /** A parcel within the country. */
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
        int discounted = (rate * (100 - Math.min(discountPercent, 30)) + 49) / 100;
        return discounted + (island ? 350 : 0);
    }

    static int baseRate(Zone zone, double weightKg) {
        boolean heavy = weightKg > 5;
        return switch (zone) {
            case DOMESTIC -> heavy ? 990 : 490;
            case EUROPE -> heavy ? 2150 : 1290;
            case WORLD -> heavy ? 4350 : 2450;
        };
    }
}
