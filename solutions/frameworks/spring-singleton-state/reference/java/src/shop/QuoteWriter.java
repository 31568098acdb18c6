package shop;

import org.springframework.stereotype.Component;

@Component
class QuoteWriter {
    Quote write(Cart cart, Basket basket) {
        long voucher = cart.voucher() == null ? 0 : cart.voucher();
        return new Quote(cart.customer(), basket.lines(), Math.max(0, basket.sum() - voucher));
    }
}
