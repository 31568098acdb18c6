package shop;

import java.util.List;
import org.springframework.stereotype.Service;

/** Makes a quote of a cart. */
@Service
class Checkout {
    private final Prices prices;
    private final Basket basket;
    private final QuoteWriter writer;

    Checkout(Prices prices, Basket basket, QuoteWriter writer) {
        this.prices = prices;
        this.basket = basket;
        this.writer = writer;
    }

    Quote quote(Cart cart) {
        List<Price> found = prices.of(cart.lines().stream().map(Cart.Line::sku).toList());
        for (int i = 0; i < found.size(); i++) {
            Cart.Line line = cart.lines().get(i);
            String until = LocalTimes.text(found.get(i).until(), cart.zone());
            basket.add(new Quote.Line(line.sku(), line.quantity(), found.get(i).cents(), until));
        }
        return writer.write(cart, basket);
    }
}
