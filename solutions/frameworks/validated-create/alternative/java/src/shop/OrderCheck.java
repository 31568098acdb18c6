package shop;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** Walks through the tree of a body and notes everything that is wrong with it. */
final class OrderCheck {
    record Fault(String pointer, String detail) {}

    private final List<Fault> faults = new ArrayList<>();

    static List<Fault> faultsOf(JsonNode body) {
        OrderCheck check = new OrderCheck();
        check.order(body);
        return check.faults;
    }

    private void order(JsonNode order) {
        if (!object(order, "", Set.of("customer", "shipTo", "lines", "gift"))) return;
        text(order.get("customer"), "/customer");
        address(order.get("shipTo"));
        lines(order.get("lines"));
        JsonNode gift = order.get("gift");
        if (gift != null && !gift.isNull() && !gift.isBoolean()) wrong("/gift", "must be true or false");
    }

    private void address(JsonNode address) {
        if (!object(address, "/shipTo", Set.of("street", "city"))) return;
        text(address.get("street"), "/shipTo/street");
        text(address.get("city"), "/shipTo/city");
    }

    private void lines(JsonNode lines) {
        if (lines == null || !lines.isArray()) {
            wrong("/lines", "must be a list");
            return;
        }
        if (lines.size() < 1 || lines.size() > 20) wrong("/lines", "must have 1 to 20 items");
        for (int i = 0; i < lines.size(); i++) line(lines.get(i), "/lines/" + i);
    }

    private void line(JsonNode line, String at) {
        if (!object(line, at, Set.of("sku", "quantity"))) return;
        text(line.get("sku"), at + "/sku");
        JsonNode quantity = line.get("quantity");
        boolean fits = quantity != null && quantity.isInt() && quantity.intValue() >= 1 && quantity.intValue() <= 99;
        if (!fits) wrong(at + "/quantity", "must be a whole number from 1 to 99");
    }

    private void text(JsonNode value, String at) {
        boolean fits = value != null && value.isString() && !value.stringValue().isBlank() && value.stringValue().length() <= 60;
        if (!fits) wrong(at, "must be a text of 1 to 60 characters");
    }

    private boolean object(JsonNode value, String at, Set<String> known) {
        if (value == null || !value.isObject()) {
            wrong(at, "must be an object");
            return false;
        }
        for (String name : value.propertyNames()) {
            if (!known.contains(name)) wrong(at + "/" + name.replace("~", "~0").replace("/", "~1"), "is unknown");
        }
        return true;
    }

    private void wrong(String pointer, String detail) {
        faults.add(new Fault(pointer, detail));
    }
}
