import java.util.LinkedHashMap;
import java.util.Map;

/** Writes one JSON object a line; with the trace of a request, Cloud Logging shows its lines together. */
public record Log(String traceHeader) {
    public void info(String message) {
        write("INFO", message);
    }

    public void error(String message) {
        write("ERROR", message);
    }

    private void write(String severity, String message) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("severity", severity);
        line.put("message", message);
        if (traceHeader != null) {
            String trace = traceHeader.split("/")[0];
            line.put("logging.googleapis.com/trace", "projects/" + System.getenv("GOOGLE_CLOUD_PROJECT") + "/traces/" + trace);
        }
        System.out.println(Json.write(line));
    }
}
