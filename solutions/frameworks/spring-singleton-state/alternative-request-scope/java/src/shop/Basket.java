package shop;

import java.util.ArrayList;
import java.util.List;
import org.springframework.stereotype.Component;
import org.springframework.web.context.annotation.RequestScope;

/** The lines of one cart with their prices. Singletons get a proxy, which finds the basket of the current request. */
@Component
@RequestScope
class Basket {
    private final List<Quote.Line> lines = new ArrayList<>();

    void add(Quote.Line line) {
        lines.add(line);
    }

    List<Quote.Line> lines() {
        return List.copyOf(lines);
    }

    long sum() {
        return lines.stream().mapToLong(line -> line.cents() * line.quantity()).sum();
    }
}
