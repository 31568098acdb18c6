package shop;

import java.time.ZoneId;
import java.util.List;
import org.springframework.stereotype.Service;

/** Makes a quote of a cart. */
@Service
class Checkout {
    private final Prices prices;
    private final QuoteWriter writer;

    /** Every request has a thread of its own. */
    private final ThreadLocal<Basket> basket = ThreadLocal.withInitial(Basket::new);

    Checkout(Prices prices, QuoteWriter writer) {
        this.prices = prices;
        this.writer = writer;
    }

    Quote quote(Cart cart) {
        List<Price> found = prices.of(cart.lines().stream().map(Cart.Line::sku).toList());
        ZoneId zone = ZoneId.of(cart.zone());
        for (int i = 0; i < found.size(); i++) basket.get().add(cart.lines().get(i), found.get(i), zone);
        return writer.write(cart, basket.get());
    }
}
