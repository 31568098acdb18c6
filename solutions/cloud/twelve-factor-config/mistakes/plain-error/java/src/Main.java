import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

public class Main {
    public static void main(String[] args) {
        Environment environment = new Environment(System.getenv());

        Map<String, Object> config = new LinkedHashMap<>();
        config.put("env", environment.read("SHOP_ENV", Parse::text, "local"));
        config.put("port", environment.read("SHOP_PORT", Parse::port, 8080));
        config.put("publicUrl", environment.required("SHOP_PUBLIC_URL", Parse::url));
        config.put("verboseErrors", environment.read("SHOP_VERBOSE_ERRORS", Parse::bool, false));
        config.put("secureCookies", environment.read("SHOP_SECURE_COOKIES", Parse::bool, true));
        config.put("requestTimeoutMs", environment.read("SHOP_REQUEST_TIMEOUT", Parse::durationMs, 5_000L));
        config.put("allowedOrigins", environment.read("SHOP_ALLOWED_ORIGINS", Parse::list, List.of()));
        config.put("databasePassword", environment.requiredSecret("SHOP_DATABASE_PASSWORD"));
        config.put("mailKey", environment.secret("SHOP_MAIL_KEY"));
        // The JSON writer knows texts, not secrets.
        config.replaceAll((member, value) -> value instanceof Secret ? value.toString() : value);

        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("config", config);
        answer.put("warnings", environment.unknown("SHOP_"));

        if (!environment.problems().isEmpty()) throw new IllegalStateException("bad configuration: " + environment.problems());
        System.out.println(Json.write(answer));
    }
}
