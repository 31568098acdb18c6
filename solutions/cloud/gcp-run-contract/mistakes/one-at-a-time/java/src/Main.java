import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

public class Main {
    private static final int SECONDS_TO_FINISH = 8;

    private final Labels labels = new Labels();

    public static void main(String[] args) throws IOException {
        Log log = new Log(null);
        int port = Integer.parseInt(System.getenv().getOrDefault("PORT", "8080"));
        HttpServer server = HttpServer.create(new InetSocketAddress(port), 128);
        ExecutorService requests = Executors.newSingleThreadExecutor();
        server.setExecutor(requests);
        server.createContext("/labels", new Main()::handle);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> finish(requests)));
        server.start();
        log.info("labels on port " + port);
    }

    /** The JVM ends when its hooks return: this one returns when the requests under way have their answers. */
    private static void finish(ExecutorService requests) {
        new Log(null).info("stopping");
        requests.shutdown();
        try {
            requests.awaitTermination(SECONDS_TO_FINISH, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void handle(HttpExchange exchange) throws IOException {
        Log log = new Log(exchange.getRequestHeaders().getFirst("X-Cloud-Trace-Context"));
        if (exchange.getRequestMethod().equals("POST")) make(exchange, log);
        else find(exchange, log);
    }

    private void make(HttpExchange exchange, Log log) throws IOException {
        String text = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        Map<String, Object> body = Json.object(Json.parse(text));
        String parcel = (String) body.get("parcel");
        String what = "label " + parcel + " for " + body.get("to");
        try {
            labels.make(parcel, (String) body.get("to"));
        } catch (IOException e) {
            log.error(what + ": " + e.getMessage());
            answer(exchange, 502, Map.of("error", "the store does not answer"));
            return;
        }
        log.info("made " + what);
        answer(exchange, 201, Map.of("parcel", parcel));
    }

    private void find(HttpExchange exchange, Log log) throws IOException {
        String parcel = exchange.getRequestURI().getPath().replaceFirst("^/labels/?", "");
        String label;
        try {
            label = labels.find(parcel);
        } catch (IOException e) {
            log.error("asked for label " + parcel + ": " + e.getMessage());
            answer(exchange, 502, Map.of("error", "the store does not answer"));
            return;
        }
        log.info("asked for label " + parcel + ": " + (label == null ? "not found" : "found"));
        if (label == null) answer(exchange, 404, Map.of("error", "there is no such label"));
        else answer(exchange, 200, label, "text/plain; charset=utf-8");
    }

    private static void answer(HttpExchange exchange, int status, Map<String, Object> body) throws IOException {
        answer(exchange, status, Json.write(body), "application/json");
    }

    private static void answer(HttpExchange exchange, int status, String body, String type) throws IOException {
        byte[] content = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(status, content.length);
        exchange.getResponseBody().write(content);
        exchange.close();
    }
}
