package shop;

import org.springframework.stereotype.Component;

@Component
class QuoteWriter {
    Quote write(String customer, long voucher, Basket basket) {
        return new Quote(customer, basket.lines(), Math.max(0, basket.sum() - voucher));
    }
}
