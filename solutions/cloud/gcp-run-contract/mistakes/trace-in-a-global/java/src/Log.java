import java.util.LinkedHashMap;
import java.util.Map;

/** Writes one JSON object a line; with the trace of the request, Cloud Logging shows its lines together. */
public final class Log {
    private static volatile String trace;

    public Log(String traceHeader) {
        trace = traceHeader == null ? null : traceHeader.split("/")[0];
    }

    public void info(String message) {
        write("INFO", message);
    }

    public void error(String message) {
        write("ERROR", message);
    }

    private static void write(String severity, String message) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("severity", severity);
        line.put("message", message);
        if (trace != null) {
            line.put("logging.googleapis.com/trace", "projects/" + System.getenv("GOOGLE_CLOUD_PROJECT") + "/traces/" + trace);
        }
        System.out.println(Json.write(line));
    }
}
