import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

public class Main {
    // Inside quotes a backslash takes the next character with it, so \" does not end the field.
    // The possessive ++ and *+ never go back: long fields cost neither time nor stack.
    private static final String QUOTED = "(?:[^\"\\\\]++|\\\\.)*+";
    private static final Pattern LOG_LINE = Pattern.compile(
        "[^ ]+ [^ ]+ [^ ]+ \\[[^\\]]*\\] "
            + "\"(?<request>" + QUOTED + ")\" (?<status>\\d{3}) (?<bytes>\\d+|-) \"" + QUOTED + "\" \"" + QUOTED + "\"");
    private static final Pattern REQUEST = Pattern.compile("(?<method>[A-Z]+) (?<target>.+) HTTP/[^ ]+");

    private record Hit(String method, String route, int status, long bytes) {
        static Optional<Hit> parse(String line) {
            Matcher fields = LOG_LINE.matcher(line);
            if (!fields.matches()) return Optional.empty();
            Matcher request = REQUEST.matcher(fields.group("request"));
            if (!request.matches()) return Optional.empty();
            return Optional.of(new Hit(
                request.group("method"),
                request.group("target").split("\\?", 2)[0],
                Integer.parseInt(fields.group("status")),
                fields.group("bytes").equals("-") ? 0 : Long.parseLong(fields.group("bytes"))));
        }

        boolean isServerError() {
            return status >= 500 && status <= 599;
        }
    }

    private static final class Rollup {
        private long hits;
        private long bytes;
        private long skipped;
        private final Map<String, Long> serverErrors = new TreeMap<>();

        void add(Hit hit) {
            hits++;
            bytes += hit.bytes();
            if (hit.isServerError()) serverErrors.merge(hit.method() + " " + hit.route(), 1L, Long::sum);
        }

        void skip() {
            skipped++;
        }

        Map<String, Object> toMap() {
            Map<String, Object> map = new LinkedHashMap<>();
            map.put("hits", hits);
            map.put("bytes", bytes);
            map.put("serverErrors", serverErrors);
            map.put("skipped", skipped);
            return map;
        }
    }

    public static void main(String[] args) throws IOException {
        Rollup rollup = new Rollup();
        InputStream input = new BufferedInputStream(System.in);
        StringBuilder line = new StringBuilder();
        for (int c; (c = input.read()) != -1; ) {
            if (c == '\r') continue;
            if (c != '\n') {
                line.append((char) c);
                continue;
            }
            Hit.parse(line.toString()).ifPresentOrElse(rollup::add, rollup::skip);
            line.setLength(0);
        }
        Hit.parse(line.toString()).ifPresentOrElse(rollup::add, rollup::skip);
        System.out.println(Json.write(rollup.toMap()));
    }
}
