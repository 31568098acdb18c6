import java.util.List;
import java.util.Map;
import java.util.Optional;

public class Invoices {
    private static final Wire.Answer NOT_FOUND = new Wire.Answer(404, Map.of("error", "not found"));
    private static final Wire.Answer FORBIDDEN = new Wire.Answer(403, Map.of("error", "support reads, and writes nothing"));

    private final Store store;

    public Invoices(Store store) {
        this.store = store;
    }

    public synchronized Wire.Answer handle(Wire.Request request) {
        if (request.user().isEmpty()) return new Wire.Answer(401, Map.of("error", "who are you?"));
        String[] path = request.path().substring(1).split("/");
        if (!path[0].equals("invoices")) return NOT_FOUND;
        if (isSupport(request) && !request.method().equals("GET")) return FORBIDDEN;
        if (path.length == 1) return collection(request);
        // From here on there is only this invoice, and it is one that the caller may see.
        Optional<Store.Invoice> invoice = store.find(path[1]);
        if (invoice.isEmpty()) return NOT_FOUND;
        if (!maySee(request, invoice.get())) return new Wire.Answer(403, Map.of("error", "this is not your invoice"));
        return below(request, invoice.get(), path);
    }

    private static boolean isSupport(Wire.Request request) {
        return request.role().equals("support");
    }

    private static boolean maySee(Wire.Request request, Store.Invoice invoice) {
        return isSupport(request) || invoice.owner().equals(request.user());
    }

    private Wire.Answer collection(Wire.Request request) {
        if (request.method().equals("GET")) {
            List<Store.Invoice> seen = store.all().stream().filter(invoice -> maySee(request, invoice)).toList();
            return new Wire.Answer(200, Map.of("invoices", seen.stream().map(Store.Invoice::shown).toList()));
        }
        if (!request.method().equals("POST")) return NOT_FOUND;
        Map<String, Object> body = request.body();
        Store.Invoice invoice = new Store.Invoice(store.newInvoiceId(), request.user(), text(body, "reference", ""), linesIn(body));
        store.save(invoice);
        return new Wire.Answer(201, invoice.shown(), Map.of("Location", "/invoices/" + invoice.id()));
    }

    private Wire.Answer below(Wire.Request request, Store.Invoice invoice, String[] path) {
        if (path.length == 2) return one(request, invoice);
        if (path.length == 3 && path[2].equals("pdf")) return pdf(request, invoice);
        if (path.length == 4 && path[2].equals("lines")) return line(request, invoice, path[3]);
        return NOT_FOUND;
    }

    private Wire.Answer one(Wire.Request request, Store.Invoice invoice) {
        switch (request.method()) {
            case "GET":
                return new Wire.Answer(200, invoice.shown());
            case "PUT":
                Map<String, Object> body = request.body();
                Store.Invoice changed = new Store.Invoice(
                    invoice.id(), invoice.owner(), text(body, "reference", invoice.reference()), invoice.lines());
                store.save(changed);
                return new Wire.Answer(200, changed.shown());
            case "DELETE":
                store.remove(invoice);
                return new Wire.Answer(204, null);
            default:
                return NOT_FOUND;
        }
    }

    private Wire.Answer pdf(Wire.Request request, Store.Invoice invoice) {
        if (!request.method().equals("GET")) return NOT_FOUND;
        return new Wire.Answer(200, Pdf.render(invoice), Map.of("Content-Type", "application/pdf"));
    }

    private Wire.Answer line(Wire.Request request, Store.Invoice invoice, String lineId) {
        Optional<Store.Line> found = invoice.lines().stream().filter(l -> l.id().equals(lineId)).findFirst();
        if (found.isEmpty()) return NOT_FOUND;
        Store.Line line = found.get();
        if (request.method().equals("PUT")) {
            line = new Store.Line(line.id(), text(request.body(), "text", line.text()), cents(request.body(), line.cents()));
            store.saveLine(line);
        } else if (!request.method().equals("GET")) {
            return NOT_FOUND;
        }
        return new Wire.Answer(200, line.shown());
    }

    private List<Store.Line> linesIn(Map<String, Object> body) {
        List<?> lines = body.get("lines") instanceof List<?> list ? list : List.of();
        return lines.stream().map(Json::object).map(line -> store.newLine(text(line, "text", ""), cents(line, 0))).toList();
    }

    private static String text(Map<String, Object> body, String name, String otherwise) {
        return body.get(name) instanceof String text ? text : otherwise;
    }

    private static long cents(Map<String, Object> body, long otherwise) {
        return body.get("cents") instanceof Number number ? number.longValue() : otherwise;
    }
}
