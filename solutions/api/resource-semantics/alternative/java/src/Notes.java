import java.math.BigInteger;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.regex.Pattern;

public class Notes {
    /** What a resource can do; HEAD, OPTIONS, 405 and Allow follow from the table. */
    private interface Handler extends Function<Map<String, Object>, Wire.Answer> {}

    private static final Pattern ID = Pattern.compile("/notes/([^/]*)");
    private static final Pattern NUMBER = Pattern.compile("[1-9]\\d*");

    private final TreeMap<BigInteger, Map<String, Object>> notes = new TreeMap<>();
    private final AtomicLong ids = new AtomicLong();

    public synchronized Wire.Answer handle(Wire.Request request) {
        if (request.path().equals("/notes")) return answer(allNotes(), request);
        var match = ID.matcher(request.path());
        if (!match.matches()) return new Wire.Answer(404, null);
        if (!NUMBER.matcher(match.group(1)).matches()) return new Wire.Answer(400, null);
        BigInteger id = new BigInteger(match.group(1));
        return notes.containsKey(id) ? answer(oneNote(id), request) : new Wire.Answer(404, null);
    }

    private static Wire.Answer answer(Map<String, Handler> resource, Wire.Request request) {
        Map<String, String> allow = Map.of("Allow", String.join(", ", resource.keySet()) + ", HEAD, OPTIONS");
        if (request.method().equals("OPTIONS")) return new Wire.Answer(204, null, allow);
        Handler handler = resource.get(request.method().equals("HEAD") ? "GET" : request.method());
        return handler == null ? new Wire.Answer(405, null, allow) : handler.apply(request.body());
    }

    private Map<String, Handler> allNotes() {
        return Map.of(
            "GET", body -> new Wire.Answer(200, Map.of("notes", notes.values())),
            "POST", body -> {
                BigInteger id = BigInteger.valueOf(ids.incrementAndGet());
                return new Wire.Answer(201, store(id, body), Map.of("Location", "/notes/" + id));
            });
    }

    private Map<String, Handler> oneNote(BigInteger id) {
        return Map.of(
            "GET", body -> new Wire.Answer(200, notes.get(id)),
            "PUT", body -> new Wire.Answer(200, store(id, body)),
            "PATCH", body -> {
                Map<String, Object> note = new LinkedHashMap<>(notes.get(id));
                apply(body, note);
                return new Wire.Answer(200, store(id, note));
            },
            "DELETE", body -> {
                notes.remove(id);
                return new Wire.Answer(204, null);
            });
    }

    private Map<String, Object> store(BigInteger id, Map<String, Object> content) {
        Map<String, Object> note = new LinkedHashMap<>(content);
        note.put("id", id);
        notes.put(id, note);
        return note;
    }

    /** RFC 7396, written into the target. */
    private static void apply(Map<String, Object> patch, Map<String, Object> target) {
        for (var change : patch.entrySet()) {
            if (change.getValue() == null) {
                target.remove(change.getKey());
            } else if (change.getValue() instanceof Map) {
                Object before = target.get(change.getKey());
                Map<String, Object> inner = before instanceof Map ? new LinkedHashMap<>(Json.object(before)) : new LinkedHashMap<>();
                apply(Json.object(change.getValue()), inner);
                target.put(change.getKey(), inner);
            } else {
                target.put(change.getKey(), change.getValue());
            }
        }
    }
}
