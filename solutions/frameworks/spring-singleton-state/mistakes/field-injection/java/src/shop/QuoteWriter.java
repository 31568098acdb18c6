package shop;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.annotation.Lazy;
import org.springframework.stereotype.Component;

@Component
class QuoteWriter {
    /** Lazy, because the checkout needs the writer, too. */
    @Autowired
    @Lazy
    private Checkout checkout;

    Quote write(Cart cart, Basket basket) {
        return new Quote(cart.customer(), basket.lines(), checkout.total(cart, basket));
    }
}
