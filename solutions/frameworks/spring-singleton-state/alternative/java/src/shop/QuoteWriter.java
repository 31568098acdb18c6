package shop;

import org.springframework.stereotype.Component;

@Component
class QuoteWriter {
    Quote write(String customer, Long voucher, Basket basket) {
        long total = voucher == null ? basket.sum() : Math.max(0, basket.sum() - voucher);
        return new Quote(customer, basket.lines(), total);
    }
}
