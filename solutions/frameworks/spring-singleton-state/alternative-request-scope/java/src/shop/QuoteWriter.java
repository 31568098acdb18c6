package shop;

import java.util.Optional;
import org.springframework.stereotype.Component;

@Component
class QuoteWriter {
    Quote write(Cart cart, Basket basket) {
        long voucher = Optional.ofNullable(cart.voucher()).orElse(0L);
        return new Quote(cart.customer(), basket.lines(), Math.max(0, basket.sum() - voucher));
    }
}
