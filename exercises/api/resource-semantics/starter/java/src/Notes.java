import java.util.LinkedHashMap;
import java.util.Map;

public class Notes {
    private static final Wire.Answer NOT_FOUND = new Wire.Answer(404, Map.of("error", "not found"));

    /** id → the note as it is shown */
    private final Map<Long, Map<String, Object>> notes = new LinkedHashMap<>();

    public synchronized Wire.Answer handle(Wire.Request request) {
        String path = request.path();
        if (path.equals("/notes")) return collection(request.method(), request.body());
        if (path.startsWith("/notes/")) {
            return item(request.method(), path.substring("/notes/".length()), request.body());
        }
        return NOT_FOUND;
    }

    private Wire.Answer collection(String method, Map<String, Object> body) {
        if (method.equals("GET")) return new Wire.Answer(200, Map.of("notes", notes.values()));
        if (method.equals("POST")) {
            long id = notes.size() + 1;
            Map<String, Object> note = new LinkedHashMap<>();
            note.put("id", id);
            note.putAll(body);
            notes.put(id, note);
            return new Wire.Answer(200, note);
        }
        return NOT_FOUND;
    }

    private Wire.Answer item(String method, String idText, Map<String, Object> body) {
        long id;
        try {
            id = Long.parseLong(idText);
        } catch (NumberFormatException e) {
            return NOT_FOUND;
        }
        Map<String, Object> note = notes.get(id);

        switch (method) {
            case "GET":
                if (note == null) return NOT_FOUND;
                note.merge("views", 1L, (before, one) -> (Long) before + (Long) one);
                return new Wire.Answer(200, note);
            case "PUT":
            case "PATCH":
                Map<String, Object> changed = new LinkedHashMap<>(note == null ? Map.of() : note);
                changed.putAll(body);
                notes.put(id, changed);
                return new Wire.Answer(200, changed);
            case "DELETE":
                notes.remove(id);
                return new Wire.Answer(200, Map.of("deleted", id));
            default:
                return NOT_FOUND;
        }
    }
}
