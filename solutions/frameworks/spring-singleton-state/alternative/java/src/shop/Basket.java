package shop;

import java.util.ArrayList;
import java.util.List;
import org.springframework.context.annotation.Scope;
import org.springframework.stereotype.Component;

/** The lines of one cart with their prices. A prototype: whoever asks the factory gets a new one. */
@Component
@Scope("prototype")
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
