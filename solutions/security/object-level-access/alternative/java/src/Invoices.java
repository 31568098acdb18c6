import java.util.Map;

public class Invoices {
    private final Store store;

    public Invoices(Store store) {
        this.store = store;
    }

    public synchronized Wire.Answer handle(Wire.Request request) {
        try {
            return routed(request, new Desk(store, request));
        } catch (Desk.Refusal refusal) {
            return new Wire.Answer(refusal.status, Map.of("error", refusal.getMessage()));
        }
    }

    private static Wire.Answer routed(Wire.Request request, Desk desk) {
        String[] path = request.path().split("/");
        Map<String, Object> body = request.body();
        switch (request.method() + " " + shapeOf(path)) {
            case "GET /invoices":
                return new Wire.Answer(200, Map.of("invoices", desk.list().stream().map(Store.Invoice::shown).toList()));
            case "POST /invoices":
                Store.Invoice added = desk.add(body);
                return new Wire.Answer(201, added.shown(), Map.of("Location", "/invoices/" + added.id()));
            case "GET /invoices/*":
                return new Wire.Answer(200, desk.get(path[2]).shown());
            case "PUT /invoices/*":
                return new Wire.Answer(200, desk.rename(path[2], body).shown());
            case "DELETE /invoices/*":
                desk.drop(path[2]);
                return new Wire.Answer(204, null);
            case "GET /invoices/*/pdf":
                return new Wire.Answer(200, Pdf.render(desk.get(path[2])), Map.of("Content-Type", "application/pdf"));
            case "GET /invoices/*/lines/*":
                return new Wire.Answer(200, desk.line(path[2], path[4]).shown());
            case "PUT /invoices/*/lines/*":
                return new Wire.Answer(200, desk.changeLine(path[2], path[4], body).shown());
            default:
                throw new Desk.Refusal(404, "not found");
        }
    }

    /** The path with a star for each id. */
    private static String shapeOf(String[] path) {
        String[] shape = path.clone();
        if (shape.length > 2) shape[2] = "*";
        if (shape.length > 4) shape[4] = "*";
        return String.join("/", shape);
    }
}
