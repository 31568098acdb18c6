package shop;

import java.util.List;

/** What the cart costs, in cents. */
public record Quote(String customer, List<Line> lines, long total) {

    /** Until: the end of this price, in the customer's own time. */
    public record Line(String sku, int quantity, long cents, String until) {}
}
