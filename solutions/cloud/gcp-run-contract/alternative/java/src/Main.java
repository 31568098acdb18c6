import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

public class Main {
    private static final String STORE = System.getenv().getOrDefault("STORE_URL", "http://localhost:9000");
    private static final int SLOTS = 200;

    /** The trace of the request that this thread works on. */
    private static final ThreadLocal<String> trace = new ThreadLocal<>();
    /** Each request takes a slot: who has got all of them knows that nothing is under way. */
    private static final Semaphore slots = new Semaphore(SLOTS);
    private static final HttpClient client = HttpClient.newHttpClient();

    public static void main(String[] args) throws IOException {
        int port = Integer.parseInt(System.getenv("PORT"));
        HttpServer server = HttpServer.create(new InetSocketAddress("0.0.0.0", port), 128);
        server.setExecutor(Executors.newFixedThreadPool(SLOTS));
        server.createContext("/labels", Main::handle);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            try {
                slots.tryAcquire(SLOTS, 9, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            Runtime.getRuntime().halt(0);
        }));
        server.start();
        log("NOTICE", "ready on " + port);
    }

    private static void handle(HttpExchange exchange) throws IOException {
        slots.acquireUninterruptibly();
        try (exchange) {
            String header = exchange.getRequestHeaders().getFirst("X-Cloud-Trace-Context");
            trace.set(header == null ? null : header.substring(0, (header + "/").indexOf('/')));
            if (exchange.getRequestMethod().equals("POST")) make(exchange);
            else find(exchange);
        } finally {
            slots.release();
        }
    }

    private static void make(HttpExchange exchange) throws IOException {
        byte[] bytes = exchange.getRequestBody().readAllBytes();
        Map<String, Object> body = Json.object(Json.parse(new String(bytes, StandardCharsets.UTF_8)));
        String parcel = body.get("parcel").toString();
        String what = parcel + " for " + body.get("to");
        String label = "To: " + body.get("to") + "\nParcel: " + parcel + "\n";
        int status = ask(HttpRequest.newBuilder(uri(parcel)).PUT(BodyPublishers.ofString(label))).status();
        boolean stored = status >= 200 && status < 300;
        log(stored ? "INFO" : "ERROR", "label " + what + ": the store says " + status);
        send(exchange, stored ? 201 : 502, Json.write(stored ? Map.of("parcel", parcel) : Map.of("error", "store")));
    }

    private static void find(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        String parcel = path.substring(path.lastIndexOf('/') + 1);
        Found found = ask(HttpRequest.newBuilder(uri(parcel)));
        int status = found.status();
        boolean fine = status == 200 || status == 404;
        log(fine ? "INFO" : "ERROR", "label " + parcel + ": the store says " + status);
        send(exchange, fine ? status : 502, status == 200 ? found.body() : Json.write(Map.of("error", "no label")));
    }

    private static URI uri(String parcel) {
        return URI.create(STORE + "/labels/" + parcel);
    }

    private record Found(int status, String body) {}

    /** A store that cannot be reached has the status 0. */
    private static Found ask(HttpRequest.Builder request) {
        try {
            HttpResponse<String> response = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
            return new Found(response.statusCode(), response.body());
        } catch (IOException e) {
            return new Found(0, "");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Found(0, "");
        }
    }

    private static void send(HttpExchange exchange, int status, String body) throws IOException {
        byte[] content = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, content.length);
        exchange.getResponseBody().write(content);
    }

    private static void log(String severity, String message) {
        Map<String, Object> line = new HashMap<>(Map.of("severity", severity, "message", message));
        if (trace.get() != null) {
            String name = "projects/" + System.getenv("GOOGLE_CLOUD_PROJECT") + "/traces/" + trace.get();
            line.put("logging.googleapis.com/trace", name);
        }
        System.out.println(Json.write(line));
    }
}
