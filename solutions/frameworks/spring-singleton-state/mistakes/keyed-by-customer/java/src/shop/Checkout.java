package shop;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.stereotype.Service;

/** Makes a quote of a cart. */
@Service
class Checkout {
    private final Prices prices;
    private final QuoteWriter writer;

    /** Of each customer whose quote is being made. */
    private final Map<String, Basket> baskets = new ConcurrentHashMap<>();

    Checkout(Prices prices, QuoteWriter writer) {
        this.prices = prices;
        this.writer = writer;
    }

    Quote quote(Cart cart) {
        Basket basket = baskets.computeIfAbsent(cart.customer(), customer -> new Basket(cart.zone()));
        try {
            List<Price> found = prices.of(cart.lines().stream().map(Cart.Line::sku).toList());
            for (int i = 0; i < found.size(); i++) basket.add(cart.lines().get(i), found.get(i));
            return writer.write(cart, basket);
        } finally {
            baskets.remove(cart.customer());
        }
    }
}
