package shop;

import java.util.List;
import org.springframework.stereotype.Service;

/** Makes a quote of a cart. */
@Service
class Checkout {
    private final Prices prices;
    private final QuoteWriter writer;

    private Cart cart;
    private Basket basket;

    Checkout(Prices prices, QuoteWriter writer) {
        this.prices = prices;
        this.writer = writer;
    }

    /** Synchronized, so that no other cart comes between. */
    synchronized Quote quote(Cart wanted) {
        cart = wanted;
        basket = new Basket(cart.zone());
        List<Price> found = prices.of(cart.lines().stream().map(Cart.Line::sku).toList());
        for (int i = 0; i < found.size(); i++) basket.add(cart.lines().get(i), found.get(i));
        return writer.write(cart, basket);
    }
}
