package shop;

import java.util.List;

/** An order that was checked before. */
public record NewOrder(String customer, Address shipTo, List<Line> lines, Boolean gift) {

    public record Address(String street, String city) {}

    public record Line(String sku, int quantity) {}
}
