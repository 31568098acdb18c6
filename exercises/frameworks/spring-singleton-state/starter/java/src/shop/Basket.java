package shop;

import java.util.ArrayList;
import java.util.List;
import org.springframework.context.annotation.Scope;
import org.springframework.stereotype.Component;

/** The lines of one cart with their prices. A prototype, so that every cart gets its own. */
@Component
@Scope("prototype")
class Basket {
    private final List<Quote.Line> lines = new ArrayList<>();

    void add(Cart.Line line, Price price) {
        lines.add(new Quote.Line(line.sku(), line.quantity(), price.cents(), LocalTimes.text(price.until())));
    }

    List<Quote.Line> lines() {
        return List.copyOf(lines);
    }

    long sum() {
        return lines.stream().mapToLong(line -> line.cents() * line.quantity()).sum();
    }
}
