import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

public class Main {
    public static void main(String[] args) throws IOException {
        long hits = 0;
        long bytes = 0;
        Map<String, Long> serverErrors = new TreeMap<>();

        String log = new String(System.in.readAllBytes(), StandardCharsets.UTF_8);

        for (String line : log.strip().split("\n")) {
            // host identity user [time zone] "method target protocol" status bytes "referrer" "user agent"
            String[] fields = line.split(" ");
            String method = fields[5].replace("\"", "");
            String route = fields[6].split("\\?")[0];
            int status = Integer.parseInt(fields[8]);

            hits++;
            bytes += Long.parseLong(fields[9]);
            if (status >= 500) serverErrors.merge(method + " " + route, 1L, Long::sum);
        }

        Map<String, Object> rollup = new LinkedHashMap<>();
        rollup.put("hits", hits);
        rollup.put("bytes", bytes);
        rollup.put("serverErrors", serverErrors);
        rollup.put("skipped", 0);
        System.out.println(Json.write(rollup));
    }
}
