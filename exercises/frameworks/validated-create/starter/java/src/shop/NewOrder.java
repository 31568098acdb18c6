package shop;

import java.util.List;

/** What the client sends. */
public record NewOrder(String customer, Address shipTo, List<Line> lines, Boolean gift) {

    public record Address(String street, String city) {}

    public record Line(String sku, int quantity) {}
}
