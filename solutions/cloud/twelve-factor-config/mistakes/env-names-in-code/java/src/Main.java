import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

public class Main {
    /** EX_CONFIG of sysexits.h. */
    private static final int CONFIG_ERROR = 78;

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
        if ("production".equals(config.get("env"))) {
            config.put("verboseErrors", false);
            config.put("secureCookies", true);
        }
        // The JSON writer knows texts, not secrets.
        config.replaceAll((member, value) -> value instanceof Secret ? value.toString() : value);

        Map<String, Object> answer = new LinkedHashMap<>();
        boolean sound = environment.problems().isEmpty();
        if (sound) answer.put("config", config);
        else answer.put("problems", environment.problems().stream().map(Environment.Problem::toMap).toList());
        answer.put("warnings", environment.unknown("SHOP_"));

        System.out.println(Json.write(answer));
        if (!sound) System.exit(CONFIG_ERROR);
    }
}
