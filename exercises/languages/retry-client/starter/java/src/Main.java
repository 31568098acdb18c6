import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

public class Main {
    private static final URI JOBS_URL = URI.create(System.getenv("JOBS_URL"));
    private static final long MAX_ATTEMPTS = setting("MAX_ATTEMPTS", 5);
    private static final long ATTEMPT_TIMEOUT_MS = setting("ATTEMPT_TIMEOUT_MS", 1000);
    private static final long DEADLINE_MS = setting("DEADLINE_MS", 10_000);
    private static final long BASE_DELAY_MS = setting("BASE_DELAY_MS", 100);
    private static final long MAX_DELAY_MS = setting("MAX_DELAY_MS", 2000);

    private static final HttpClient CLIENT = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    public static void main(String[] args) throws IOException, InterruptedException {
        HttpResponse<String> response = send(System.in.readAllBytes());
        if (response.statusCode() == 201) {
            Object jobId = Json.object(Json.parse(response.body())).get("jobId");
            finish(0, "created", "jobId", jobId, 1);
        }
        finish(65, "rejected", "code", response.statusCode(), 1);
    }

    private static HttpResponse<String> send(byte[] payload) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(JOBS_URL)
            .header("Content-Type", "application/json")
            .header("Idempotency-Key", UUID.randomUUID().toString())
            .POST(BodyPublishers.ofByteArray(payload))
            .build();
        return CLIENT.send(request, BodyHandlers.ofString());
    }

    /** Prints the one line of the result and ends the program. */
    private static void finish(int exitCode, String status, String detail, Object value, int attempts) {
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("status", status);
        result.put(detail, value);
        result.put("attempts", attempts);
        System.out.println(Json.write(result));
        System.exit(exitCode);
    }

    private static long setting(String name, long otherwise) {
        String value = System.getenv(name);
        return value == null ? otherwise : Long.parseLong(value);
    }
}
