import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

public class Notes {
    /** id → what the caller stored; the id itself is ours and stands only in what we show. */
    private final Map<String, Map<String, Object>> notes = new LinkedHashMap<>();
    private long lastId = 0;

    public synchronized Wire.Answer handle(Wire.Request request) {
        String path = request.path();
        if (path.equals("/notes")) return collection(request.method(), request.body());
        if (path.startsWith("/notes/")) {
            return item(request.method(), path.substring("/notes/".length()), request.body());
        }
        return error(404, "there is nothing at this path");
    }

    private Wire.Answer collection(String method, Map<String, Object> body) {
        switch (method) {
            case "GET":
            case "HEAD":
                List<Map<String, Object>> all = notes.keySet().stream().map(this::shown).toList();
                return new Wire.Answer(200, Map.of("notes", all));
            case "POST":
                String id = String.valueOf(++lastId);
                notes.put(id, contentOf(body));
                return new Wire.Answer(201, shown(id), Map.of("Location", "/notes/" + id));
            default:
                return otherMethod(method, "GET, HEAD, POST, OPTIONS");
        }
    }

    private Wire.Answer item(String method, String id, Map<String, Object> body) {
        if (!id.matches("[1-9][0-9]*")) return error(400, "an id is a whole number from 1");
        if (!notes.containsKey(id)) return error(404, "there is no note " + id);
        switch (method) {
            case "GET":
                notes.get(id).merge("views", 1L, (before, one) -> (Long) before + (Long) one);
                return new Wire.Answer(200, shown(id));
            case "HEAD":
                return new Wire.Answer(200, shown(id));
            case "PUT":
                notes.put(id, contentOf(body));
                return new Wire.Answer(200, shown(id));
            case "PATCH":
                notes.put(id, Json.object(merged(notes.get(id), contentOf(body))));
                return new Wire.Answer(200, shown(id));
            case "DELETE":
                notes.remove(id);
                return new Wire.Answer(204, null);
            default:
                return otherMethod(method, "GET, HEAD, PUT, PATCH, DELETE, OPTIONS");
        }
    }

    private Map<String, Object> shown(String id) {
        Map<String, Object> note = new LinkedHashMap<>();
        note.put("id", Long.valueOf(id));
        note.putAll(notes.get(id));
        return note;
    }

    private static Map<String, Object> contentOf(Map<String, Object> body) {
        Map<String, Object> content = new LinkedHashMap<>(body);
        content.remove("id");
        return content;
    }

    /** JSON Merge Patch, RFC 7396 section 2. */
    private static Object merged(Object target, Object patch) {
        if (!(patch instanceof Map)) return patch;
        Map<String, Object> result = target instanceof Map ? new LinkedHashMap<>(Json.object(target)) : new LinkedHashMap<>();
        Json.object(patch).forEach((name, value) -> {
            if (value == null) result.remove(name);
            else result.put(name, merged(result.get(name), value));
        });
        return result;
    }

    private static Wire.Answer otherMethod(String method, String allow) {
        if (method.equals("OPTIONS")) return new Wire.Answer(204, null, Map.of("Allow", allow));
        return new Wire.Answer(405, Map.of("error", method + " is not possible here"), Map.of("Allow", allow));
    }

    private static Wire.Answer error(int status, String message) {
        return new Wire.Answer(status, Map.of("error", message));
    }
}
