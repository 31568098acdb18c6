import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

public class Main {
    private record Hit(String method, String route, int status, long bytes) {
        static Optional<Hit> parse(String line) {
            String[] fields = line.split(" ");
            if (fields.length < 12 || !fields[5].startsWith("\"") || !fields[7].endsWith("\"")) return Optional.empty();
            if (!fields[8].matches("\\d{3}") || !fields[9].matches("\\d+|-")) return Optional.empty();
            return Optional.of(new Hit(
                fields[5].substring(1),
                fields[6].split("\\?", 2)[0],
                Integer.parseInt(fields[8]),
                fields[9].equals("-") ? 0 : Long.parseLong(fields[9])));
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
        BufferedReader reader = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line; (line = reader.readLine()) != null; ) {
            Hit.parse(line).ifPresentOrElse(rollup::add, rollup::skip);
        }
        System.out.println(Json.write(rollup.toMap()));
    }
}
