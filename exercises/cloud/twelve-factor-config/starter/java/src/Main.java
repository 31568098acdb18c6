import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

public class Main {
    private static final Map<String, String> ENV = System.getenv();

    public static void main(String[] args) {
        boolean production = "production".equals(ENV.get("SHOP_ENV"));

        Map<String, Object> config = new LinkedHashMap<>();
        config.put("env", ENV.getOrDefault("SHOP_ENV", "local"));
        config.put("port", Integer.parseInt(ENV.getOrDefault("SHOP_PORT", "8080")));
        config.put("publicUrl", required("SHOP_PUBLIC_URL"));
        config.put("verboseErrors", production ? false : flag("SHOP_VERBOSE_ERRORS", false));
        config.put("secureCookies", production ? true : flag("SHOP_SECURE_COOKIES", true));
        config.put("requestTimeoutMs", Integer.parseInt(ENV.getOrDefault("SHOP_REQUEST_TIMEOUT", "5s").replaceAll("[ms]", "")) * 1000);
        config.put("allowedOrigins", ENV.containsKey("SHOP_ALLOWED_ORIGINS") ? List.of(ENV.get("SHOP_ALLOWED_ORIGINS").split(",")) : List.of());
        config.put("databasePassword", mask(required("SHOP_DATABASE_PASSWORD")));
        config.put("mailKey", ENV.get("SHOP_MAIL_KEY"));

        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("config", config);
        answer.put("warnings", List.of());
        System.out.println(Json.write(answer));
    }

    private static String required(String name) {
        String value = ENV.get(name);
        if (value == null) throw new IllegalStateException(name + " is not set");
        return value;
    }

    private static boolean flag(String name, boolean fallback) {
        String value = ENV.get(name);
        return value == null ? fallback : !value.isEmpty();
    }

    /** {@code ****} and, for long secrets, the last four characters. */
    private static String mask(String secret) {
        return secret.length() < 16 ? "****" : "****" + secret.substring(secret.length() - 4);
    }
}
