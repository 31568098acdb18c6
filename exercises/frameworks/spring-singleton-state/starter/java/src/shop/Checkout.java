package shop;

import java.util.List;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Service;

/** Makes a quote of a cart. */
@Service
class Checkout {
    @Autowired
    Prices prices;
    @Autowired
    private Basket basket;
    @Autowired
    private QuoteWriter writer;

    private String customer;
    private long voucher;

    Quote quote(Cart cart) {
        customer = cart.customer();
        if (cart.voucher() != null) voucher = cart.voucher();
        LocalTimes.useZone(cart.zone());
        List<Price> found = prices.of(cart.lines().stream().map(Cart.Line::sku).toList());
        for (int i = 0; i < found.size(); i++) basket.add(cart.lines().get(i), found.get(i));
        return writer.write(basket);
    }

    String customer() {
        return customer;
    }

    long voucher() {
        return voucher;
    }
}
