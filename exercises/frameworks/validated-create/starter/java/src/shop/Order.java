package shop;

import java.util.List;

public record Order(long id, String customer, NewOrder.Address shipTo, List<NewOrder.Line> lines, boolean gift) {}
