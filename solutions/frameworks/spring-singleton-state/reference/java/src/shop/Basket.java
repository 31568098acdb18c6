package shop;

import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;

/** The lines of one cart with their prices. Not a bean: whoever needs one makes it. */
class Basket {
    private final ZoneId zone;
    private final List<Quote.Line> lines = new ArrayList<>();

    Basket(String zone) {
        this.zone = ZoneId.of(zone);
    }

    void add(Cart.Line line, Price price) {
        lines.add(new Quote.Line(line.sku(), line.quantity(), price.cents(), LocalTimes.text(price.until(), zone)));
    }

    List<Quote.Line> lines() {
        return List.copyOf(lines);
    }

    long sum() {
        return lines.stream().mapToLong(line -> line.cents() * line.quantity()).sum();
    }
}
