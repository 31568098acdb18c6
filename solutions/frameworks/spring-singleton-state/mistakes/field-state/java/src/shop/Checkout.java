package shop;

import java.util.List;
import org.springframework.stereotype.Service;

/** Makes a quote of a cart. */
@Service
class Checkout {
    private final Prices prices;
    private final QuoteWriter writer;

    private String customer;
    private long voucher;

    Checkout(Prices prices, QuoteWriter writer) {
        this.prices = prices;
        this.writer = writer;
    }

    Quote quote(Cart cart) {
        customer = cart.customer();
        voucher = cart.voucher() == null ? 0 : cart.voucher();
        List<Price> found = prices.of(cart.lines().stream().map(Cart.Line::sku).toList());
        Basket basket = new Basket(cart.zone());
        for (int i = 0; i < found.size(); i++) basket.add(cart.lines().get(i), found.get(i));
        return writer.write(customer, voucher, basket);
    }
}
