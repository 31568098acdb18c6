package shop;

import java.util.List;

/** What a customer wants a quote for. The voucher, in cents, may be left out. */
public record Cart(String customer, String zone, Long voucher, List<Line> lines) {

    public record Line(String sku, int quantity) {}
}
