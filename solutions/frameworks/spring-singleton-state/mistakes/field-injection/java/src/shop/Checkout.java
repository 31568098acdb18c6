package shop;

import java.util.List;
import org.springframework.stereotype.Service;

/** Makes a quote of a cart. One for all requests: it keeps nothing but what it works with. */
@Service
class Checkout {
    private final Prices prices;
    private final QuoteWriter writer;

    Checkout(Prices prices, QuoteWriter writer) {
        this.prices = prices;
        this.writer = writer;
    }

    Quote quote(Cart cart) {
        List<Price> found = prices.of(cart.lines().stream().map(Cart.Line::sku).toList());
        Basket basket = new Basket(cart.zone());
        for (int i = 0; i < found.size(); i++) basket.add(cart.lines().get(i), found.get(i));
        return writer.write(cart, basket);
    }

    long total(Cart cart, Basket basket) {
        long voucher = cart.voucher() == null ? 0 : cart.voucher();
        return Math.max(0, basket.sum() - voucher);
    }
}
