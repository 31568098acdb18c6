import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;

/** The wire: reads requests, writes answers. Nothing here knows what the program is about, and nothing here has to change. */
public final class Wire {
    /**
     * @param path without the query
     * @param user who calls, as the gateway found out (X-User); empty for nobody
     * @param role what the caller is (X-Role)
     * @param body what came with POST, PUT or PATCH; empty for other methods
     */
    public record Request(String method, String path, String user, String role, Map<String, Object> body) {}

    /** @param body bytes are sent as they are, null is no body, anything else is sent as JSON. HEAD and 204 get none. */
    public record Answer(int status, Object body, Map<String, String> headers) {
        public Answer(int status, Object body) {
            this(status, body, Map.of());
        }
    }

    private static final Set<String> WITH_BODY = Set.of("POST", "PUT", "PATCH");

    private Wire() {}

    public static void serve(int port, Function<Request, Answer> handle) throws IOException {
        System.setProperty("sun.net.httpserver.nodelay", "true");
        HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", port), 0);
        server.createContext("/", exchange -> {
            try (exchange) {
                send(exchange, answerTo(exchange, handle));
            }
        });
        server.start();
    }

    private static Answer answerTo(HttpExchange exchange, Function<Request, Answer> handle) throws IOException {
        String method = exchange.getRequestMethod();
        Map<String, Object> body = Map.of();
        if (WITH_BODY.contains(method)) {
            try {
                body = Json.object(Json.parse(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)));
            } catch (IllegalArgumentException e) {
                return new Answer(400, Map.of("error", e.getMessage()));
            }
        }
        try {
            String path = exchange.getRequestURI().getRawPath();
            return handle.apply(new Request(method, path, header(exchange, "X-User"), header(exchange, "X-Role"), body));
        } catch (RuntimeException e) {
            e.printStackTrace();
            return new Answer(500, Map.of("error", "something went wrong on our side"));
        }
    }

    private static String header(HttpExchange exchange, String name) {
        return Objects.requireNonNullElse(exchange.getRequestHeaders().getFirst(name), "");
    }

    private static void send(HttpExchange exchange, Answer answer) throws IOException {
        if (answer.body() == null || answer.status() == 204) {
            answer.headers().forEach(exchange.getResponseHeaders()::set);
            exchange.sendResponseHeaders(answer.status(), -1);
            return;
        }
        byte[] content = answer.body() instanceof byte[] bytes ? bytes : Json.write(answer.body()).getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        answer.headers().forEach(exchange.getResponseHeaders()::set);
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.getResponseHeaders().set("Content-Length", String.valueOf(content.length));
            exchange.sendResponseHeaders(answer.status(), -1);
            return;
        }
        exchange.sendResponseHeaders(answer.status(), content.length);
        exchange.getResponseBody().write(content);
    }
}
