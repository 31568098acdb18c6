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

    Quote write(Basket basket) {
        long total = Math.max(0, basket.sum() - checkout.voucher());
        return new Quote(checkout.customer(), basket.lines(), total);
    }
}
