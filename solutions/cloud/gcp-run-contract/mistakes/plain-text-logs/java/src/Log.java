/** Writes one line; with the trace of a request, Cloud Logging shows its lines together. */
public record Log(String traceHeader) {
    public void info(String message) {
        write("INFO", message);
    }

    public void error(String message) {
        write("ERROR", message);
    }

    private void write(String severity, String message) {
        String trace = traceHeader == null ? "" : " (trace " + traceHeader.split("/")[0] + ")";
        System.out.println(severity + " " + message + trace);
    }
}
