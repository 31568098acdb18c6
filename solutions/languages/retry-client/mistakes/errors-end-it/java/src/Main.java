import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

public class Main {
    private static final URI JOBS_URL = URI.create(System.getenv("JOBS_URL"));
    private static final long MAX_ATTEMPTS = setting("MAX_ATTEMPTS", 5);
    private static final long ATTEMPT_TIMEOUT_MS = setting("ATTEMPT_TIMEOUT_MS", 1000);
    private static final long DEADLINE_MS = setting("DEADLINE_MS", 10_000);
    private static final long BASE_DELAY_MS = setting("BASE_DELAY_MS", 100);
    private static final long MAX_DELAY_MS = setting("MAX_DELAY_MS", 2000);

    private static final Set<Integer> RETRIABLE = Set.of(429, 502, 503, 504);
    private static final HttpClient CLIENT = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    public static void main(String[] args) throws IOException, InterruptedException {
        byte[] payload = System.in.readAllBytes();
        String key = UUID.randomUUID().toString();
        long deadline = nowMs() + DEADLINE_MS;
        for (int attempt = 1; ; attempt++) {
            HttpResponse<String> response = send(payload, key, Math.min(ATTEMPT_TIMEOUT_MS, deadline - nowMs()));
            int status = response == null ? 0 : response.statusCode();
            if (status == 201) finish(0, "created", Map.of("jobId", jobId(response)), attempt);
            if (response != null && !RETRIABLE.contains(status)) finish(65, "rejected", Map.of("code", status), attempt);

            long wait = Math.max(backoff(attempt), response == null ? 0 : retryAfterMs(response));
            if (attempt >= MAX_ATTEMPTS || nowMs() + wait >= deadline) finish(75, "gave-up", Map.of(), attempt);
            Thread.sleep(wait);
        }
    }

    /** One attempt; null when no whole answer came. The limit is on the future: that of a request ends with the headers. */
    private static HttpResponse<String> send(byte[] payload, String key, long timeoutMs) throws InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(JOBS_URL)
            .header("Content-Type", "application/json")
            .header("Idempotency-Key", key)
            .POST(BodyPublishers.ofByteArray(payload))
            .build();
        CompletableFuture<HttpResponse<String>> answer = CLIENT.sendAsync(request, BodyHandlers.ofString());
        try {
            return answer.get(timeoutMs, TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw new IllegalStateException("the connection broke", e.getCause());
        } catch (TimeoutException e) {
            answer.cancel(true);
            return null;
        }
    }

    /** A random wait; its ceiling doubles with each failure. */
    private static long backoff(int failures) {
        long ceiling = (long) Math.min(MAX_DELAY_MS, BASE_DELAY_MS * Math.pow(2, failures - 1));
        return ThreadLocalRandom.current().nextLong(ceiling + 1);
    }

    private static long retryAfterMs(HttpResponse<String> response) {
        String value = response.headers().firstValue("Retry-After").orElse("0");
        if (value.matches("\\d+")) return Long.parseLong(value) * 1000;
        Instant date = ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
        return Duration.between(Instant.now(), date).toMillis() + 1;
    }

    private static Object jobId(HttpResponse<String> response) {
        return Json.object(Json.parse(response.body())).get("jobId");
    }

    /** Prints the one line of the result and ends the program. */
    private static void finish(int exitCode, String status, Map<String, Object> details, int attempts) {
        Map<String, Object> result = new LinkedHashMap<>(details);
        result.put("status", status);
        result.put("attempts", attempts);
        System.out.println(Json.write(result));
        System.exit(exitCode);
    }

    private static long nowMs() {
        return System.nanoTime() / 1_000_000;
    }

    private static long setting(String name, long otherwise) {
        String value = System.getenv(name);
        return value == null ? otherwise : Long.parseLong(value);
    }
}
