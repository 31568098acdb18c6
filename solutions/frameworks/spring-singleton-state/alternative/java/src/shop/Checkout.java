package shop;

import java.util.Iterator;
import java.util.List;
import org.springframework.beans.factory.ObjectFactory;
import org.springframework.stereotype.Service;

/** Makes a quote of a cart. */
@Service
class Checkout {
    private final Prices prices;
    private final ObjectFactory<Basket> baskets;
    private final QuoteWriter writer;

    Checkout(Prices prices, ObjectFactory<Basket> baskets, QuoteWriter writer) {
        this.prices = prices;
        this.baskets = baskets;
        this.writer = writer;
    }

    Quote quote(Cart cart) {
        Basket basket = baskets.getObject();
        LocalTimes times = new LocalTimes(cart.zone());
        Iterator<Price> found = prices.of(cart.lines().stream().map(Cart.Line::sku).toList()).iterator();
        for (Cart.Line line : cart.lines()) {
            Price price = found.next();
            basket.add(new Quote.Line(line.sku(), line.quantity(), price.cents(), times.text(price.until())));
        }
        return writer.write(cart.customer(), cart.voucher(), basket);
    }
}
