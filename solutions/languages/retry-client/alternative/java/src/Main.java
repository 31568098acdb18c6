import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;

/** The decisions as small methods of one run, on the oldest HTTP client of the JDK. */
public class Main {
    private record Reply(int status, String retryAfter, String body) {
        boolean worthAnotherTry() {
            return status == 429 || status >= 502 && status <= 504;
        }

        long waitAskedFor() {
            if (retryAfter == null) return 0;
            if (Character.isDigit(retryAfter.charAt(0))) return 1000 * Long.parseLong(retryAfter);
            Instant date = ZonedDateTime.parse(retryAfter, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
            return date.toEpochMilli() - System.currentTimeMillis();
        }
    }

    private final byte[] payload;
    private final String key = Long.toHexString(new SecureRandom().nextLong()) + "-" + System.nanoTime();
    private final Random random = new Random();
    private final long end = System.currentTimeMillis() + env("DEADLINE_MS", 10_000);
    private int attempts;

    private Main(byte[] payload) {
        this.payload = payload;
    }

    public static void main(String[] args) throws Exception {
        System.exit(new Main(System.in.readAllBytes()).run());
    }

    private int run() throws InterruptedException {
        while (true) {
            attempts++;
            Optional<Reply> reply = attempt();
            if (reply.isPresent() && !reply.get().worthAnotherTry()) return finish(reply.get());
            long wait = Math.max(jitter(), reply.map(Reply::waitAskedFor).orElse(0L));
            if (attempts == env("MAX_ATTEMPTS", 5) || wait >= timeLeft()) return print(75, Map.of("status", "gave-up"));
            Thread.sleep(wait);
        }
    }

    private int finish(Reply reply) {
        if (reply.status() != 201) return print(65, Map.of("status", "rejected", "code", reply.status()));
        Object jobId = Json.object(Json.parse(reply.body())).get("jobId");
        return print(0, Map.of("status", "created", "jobId", jobId));
    }

    private Optional<Reply> attempt() {
        try {
            HttpURLConnection connection = (HttpURLConnection) new URL(System.getenv("JOBS_URL")).openConnection();
            int limit = (int) Math.max(1, Math.min(env("ATTEMPT_TIMEOUT_MS", 1000), timeLeft()));
            connection.setConnectTimeout(limit);
            connection.setReadTimeout(limit);
            connection.setRequestMethod("POST");
            connection.setRequestProperty("Content-Type", "application/json");
            connection.setRequestProperty("Idempotency-Key", key);
            connection.setDoOutput(true);
            // Without this it repeats a POST by itself when the connection breaks.
            connection.setFixedLengthStreamingMode(payload.length);
            connection.getOutputStream().write(payload);
            int status = connection.getResponseCode();
            String body = status == 201 ? wholeBody(connection) : "";
            return Optional.of(new Reply(status, connection.getHeaderField("Retry-After"), body));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** This client also takes a body that breaks off for a whole one. */
    private static String wholeBody(HttpURLConnection connection) throws IOException {
        try (InputStream in = connection.getInputStream()) {
            byte[] body = in.readAllBytes();
            if (body.length < connection.getContentLength()) throw new IOException("the body broke off");
            return new String(body, StandardCharsets.UTF_8);
        }
    }

    private long jitter() {
        double ceiling = Math.min(env("MAX_DELAY_MS", 2000), env("BASE_DELAY_MS", 100) * Math.pow(2, attempts - 1));
        return (long) (random.nextDouble() * ceiling);
    }

    private long timeLeft() {
        return end - System.currentTimeMillis();
    }

    private int print(int code, Map<String, Object> details) {
        Map<String, Object> result = new TreeMap<>(details);
        result.put("attempts", attempts);
        System.out.println(Json.write(result));
        return code;
    }

    private static long env(String name, long otherwise) {
        return Optional.ofNullable(System.getenv(name)).map(Long::parseLong).orElse(otherwise);
    }
}
