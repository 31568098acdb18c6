import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

public class Main {
    /** Walks over a line from left to right; a step that does not fit throws. */
    private static final class Scanner {
        private final String line;
        private int at;

        Scanner(String line) {
            this.line = line;
        }

        String until(char end) {
            int stop = line.indexOf(end, at);
            if (stop < 0) throw new NotALogLine();
            String text = line.substring(at, stop);
            at = stop + 1;
            return text;
        }

        void expect(char c) {
            if (at >= line.length() || line.charAt(at) != c) throw new NotALogLine();
            at++;
        }

        String quoted() {
            expect('"');
            int start = at;
            while (at < line.length() && line.charAt(at) != '"') at += line.charAt(at) == '\\' ? 2 : 1;
            expect('"');
            return line.substring(start, at - 1);
        }

        void end() {
            if (at != line.length()) throw new NotALogLine();
        }
    }

    /** Thrown once per bad line, so it goes without a stack trace. */
    private static final class NotALogLine extends RuntimeException {
        NotALogLine() {
            super(null, null, false, false);
        }
    }

    private static long hits;
    private static long bytes;
    private static final Map<String, AtomicLong> serverErrors = new HashMap<>();

    public static void main(String[] args) {
        AtomicLong skipped = new AtomicLong();
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII)).lines().forEach(line -> {
            try {
                count(new Scanner(line));
            } catch (NotALogLine e) {
                skipped.incrementAndGet();
            }
        });
        Map<String, Object> answer = Map.of("hits", hits, "bytes", bytes, "serverErrors", serverErrors, "skipped", skipped);
        System.out.println(Json.write(answer));
    }

    private static void count(Scanner line) {
        for (int i = 0; i < 3; i++) require(!line.until(' ').isEmpty());
        line.expect('[');
        line.until(']');
        line.expect(' ');
        String key = key(line.quoted());
        line.expect(' ');
        String status = line.until(' ');
        String size = line.until(' ');
        require(status.length() == 3 && isDigits(status) && (size.equals("-") || isDigits(size)));
        line.quoted();
        line.expect(' ');
        line.quoted();
        line.end();

        hits++;
        bytes += size.equals("-") ? 0 : Long.parseLong(size);
        if (status.charAt(0) == '5') serverErrors.computeIfAbsent(key, k -> new AtomicLong()).incrementAndGet();
    }

    private static String key(String request) {
        int first = request.indexOf(' ');
        int last = request.lastIndexOf(' ');
        require(first > 0 && last > first + 1);
        String method = request.substring(0, first);
        String target = request.substring(first + 1, last);
        String protocol = request.substring(last + 1);
        require(method.chars().allMatch(c -> c >= 'A' && c <= 'Z'));
        require(protocol.startsWith("HTTP/") && protocol.length() > "HTTP/".length());
        int query = target.indexOf('?');
        return method + " " + (query < 0 ? target : target.substring(0, query));
    }

    private static boolean isDigits(String text) {
        return !text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    private static void require(boolean fits) {
        if (!fits) throw new NotALogLine();
    }
}
