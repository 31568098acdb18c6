import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;

public class Main {
    private final Labels labels = new Labels();

    public static void main(String[] args) throws IOException {
        int port = Integer.parseInt(System.getenv().getOrDefault("PORT", "8080"));
        HttpServer server = HttpServer.create(new InetSocketAddress("localhost", port), 128);
        server.createContext("/labels", new Main()::handle);
        server.start();
        System.out.println("Labels on http://localhost:" + port);
    }

    private void handle(HttpExchange exchange) throws IOException {
        if (exchange.getRequestMethod().equals("POST")) {
            String text = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            Map<String, Object> body = Json.object(Json.parse(text));
            String parcel = (String) body.get("parcel");
            labels.make(parcel, (String) body.get("to"));
            System.out.println("made label " + parcel + " for " + body.get("to"));
            answer(exchange, 201, Json.write(Map.of("parcel", parcel)), "application/json");
            return;
        }
        String parcel = exchange.getRequestURI().getPath().replaceFirst("^/labels/?", "");
        String label = labels.find(parcel);
        System.out.println("asked for label " + parcel + ": " + (label == null ? "not found" : "found"));
        if (label == null) answer(exchange, 404, Json.write(Map.of("error", "there is no such label")), "application/json");
        else answer(exchange, 200, label, "text/plain; charset=utf-8");
    }

    private static void answer(HttpExchange exchange, int status, String body, String type) throws IOException {
        byte[] content = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(status, content.length);
        exchange.getResponseBody().write(content);
        exchange.close();
    }
}
