import java.util.List;
import java.util.Map;

/** The invoices as one caller may have them. Handlers hold nothing else, so they cannot reach anybody else's. */
final class Desk {
    static final class Refusal extends RuntimeException {
        final int status;

        Refusal(int status, String message) {
            super(message);
            this.status = status;
        }
    }

    private final Store store;
    private final String user;
    private final boolean support;

    Desk(Store store, Wire.Request request) {
        if (request.user().isEmpty()) throw new Refusal(401, "who are you?");
        this.store = store;
        this.user = request.user();
        this.support = "support".equals(request.role());
    }

    List<Store.Invoice> list() {
        return store.all().stream().filter(invoice -> support || invoice.owner().equals(user)).toList();
    }

    Store.Invoice get(String id) {
        return list().stream().filter(i -> i.id().equalsIgnoreCase(id)).findAny().orElseThrow(() -> new Refusal(404, "not found"));
    }

    Store.Line line(String id, String lineId) {
        return get(id).lines().stream().filter(l -> l.id().equals(lineId)).findAny().orElseThrow(() -> new Refusal(404, "not found"));
    }

    Store.Invoice add(Map<String, Object> body) {
        mayWrite();
        List<?> given = (List<?>) body.getOrDefault("lines", List.of());
        List<Store.Line> lines = given.stream().map(Json::object).map(line -> store.newLine((String) line.get("text"), (Long) line.get("cents"))).toList();
        return saved(new Store.Invoice(store.newInvoiceId(), user, (String) body.getOrDefault("reference", ""), lines));
    }

    Store.Invoice rename(String id, Map<String, Object> body) {
        mayWrite();
        Store.Invoice invoice = get(id);
        String reference = (String) body.getOrDefault("reference", invoice.reference());
        return saved(new Store.Invoice(invoice.id(), invoice.owner(), reference, invoice.lines()));
    }

    Store.Line changeLine(String id, String lineId, Map<String, Object> body) {
        mayWrite();
        Store.Line line = line(id, lineId);
        Store.Line changed = new Store.Line(line.id(), (String) body.getOrDefault("text", line.text()), (Long) body.getOrDefault("cents", line.cents()));
        store.saveLine(changed);
        return changed;
    }

    void drop(String id) {
        mayWrite();
        store.remove(get(id));
    }

    private Store.Invoice saved(Store.Invoice invoice) {
        store.save(invoice);
        return invoice;
    }

    private void mayWrite() {
        if (support) throw new Refusal(403, "support reads, and writes nothing");
    }
}
