import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Paths;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The whole configuration as data: what is read, warned of, masked and reported follows from the constants. */
public class Main {
    private enum Type {
        TEXT {
            Object parse(String value) {
                return value;
            }
        },
        PORT {
            Object parse(String value) {
                int port = value.length() <= 5 ? (int) digits(value) : 0;
                if (port < 1 || port > 65_535) throw new IllegalArgumentException();
                return port;
            }
        },
        BOOLEAN {
            Object parse(String value) {
                if (value.equals("1") || value.equalsIgnoreCase("true")) return true;
                if (value.equals("0") || value.equalsIgnoreCase("false")) return false;
                throw new IllegalArgumentException();
            }
        },
        DURATION {
            Object parse(String value) {
                if (value.endsWith("ms")) return digits(value.substring(0, value.length() - 2));
                String amount = value.substring(0, value.length() - 1);
                if (value.endsWith("s")) return digits(amount) * 1000;
                if (value.endsWith("m")) return digits(amount) * 60_000;
                throw new IllegalArgumentException();
            }
        },
        LIST {
            Object parse(String value) {
                List<String> items = new ArrayList<>();
                for (String item : value.split(",")) if (!item.isBlank()) items.add(item.trim());
                return items;
            }
        },
        URL {
            Object parse(String value) {
                if (!value.matches("https?://[^/?#:\\s].*")) throw new IllegalArgumentException();
                return value;
            }
        },
        SECRET {
            Object parse(String value) {
                return value.length() < 16 ? "****" : "****" + value.substring(value.length() - 4);
            }
        };

        /** Throws IllegalArgumentException when the value has another form. */
        abstract Object parse(String value);

        private static long digits(String value) {
            if (!value.chars().allMatch(c -> c >= '0' && c <= '9')) throw new IllegalArgumentException();
            return Long.parseLong(value);
        }
    }

    private static final Object REQUIRED = new Object();

    private record Setting(String member, String variable, Type type, Object fallback) {
        String file() {
            return variable + "_FILE";
        }
    }

    private static final List<Setting> SETTINGS = Arrays.asList(
        new Setting("env", "SHOP_ENV", Type.TEXT, "local"),
        new Setting("port", "SHOP_PORT", Type.PORT, 8080),
        new Setting("publicUrl", "SHOP_PUBLIC_URL", Type.URL, REQUIRED),
        new Setting("verboseErrors", "SHOP_VERBOSE_ERRORS", Type.BOOLEAN, false),
        new Setting("secureCookies", "SHOP_SECURE_COOKIES", Type.BOOLEAN, true),
        new Setting("requestTimeoutMs", "SHOP_REQUEST_TIMEOUT", Type.DURATION, 5000),
        new Setting("allowedOrigins", "SHOP_ALLOWED_ORIGINS", Type.LIST, List.of()),
        new Setting("databasePassword", "SHOP_DATABASE_PASSWORD", Type.SECRET, REQUIRED),
        new Setting("mailKey", "SHOP_MAIL_KEY", Type.SECRET, null));

    private static final class Problem extends Exception {
        private final String name;
        private final String code;

        Problem(String name, String code) {
            super(name + ": " + code);
            this.name = name;
            this.code = code;
        }
    }

    public static void main(String[] args) {
        Map<String, String> given = new TreeMap<>();
        System.getenv().forEach((name, value) -> {
            if (!value.isBlank()) given.put(name, value.trim());
        });

        Map<String, Object> config = new LinkedHashMap<>();
        List<Object> problems = new ArrayList<>();
        Set<String> known = new HashSet<>();
        for (Setting setting : SETTINGS) {
            known.add(setting.variable());
            if (setting.type() == Type.SECRET) known.add(setting.file());
            try {
                config.put(setting.member(), resolve(setting, given));
            } catch (Problem problem) {
                problems.add(Map.of("name", problem.name, "code", problem.code));
            }
        }

        List<String> warnings = new ArrayList<>(given.keySet());
        warnings.removeIf(name -> !name.startsWith("SHOP_") || known.contains(name));

        boolean sound = problems.isEmpty();
        System.out.println(Json.write(Map.of(sound ? "config" : "problems", sound ? config : problems, "warnings", warnings)));
        System.exit(sound ? 0 : 78);
    }

    private static Object resolve(Setting setting, Map<String, String> given) throws Problem {
        String value = source(setting, given);
        if (value == null && setting.fallback() == REQUIRED) throw new Problem(setting.variable(), "missing");
        if (value == null) return setting.fallback();
        try {
            return setting.type().parse(value);
        } catch (IllegalArgumentException e) {
            throw new Problem(setting.variable(), "invalid");
        }
    }

    private static String source(Setting setting, Map<String, String> given) throws Problem {
        String value = given.get(setting.variable());
        String path = setting.type() == Type.SECRET ? given.get(setting.file()) : null;
        if (path == null) return value;
        if (value != null) throw new Problem(setting.variable(), "conflict");
        try {
            String content = new String(Files.readAllBytes(Paths.get(path)), StandardCharsets.UTF_8);
            return content.replaceFirst("\n\\z", "");
        } catch (IOException e) {
            throw new Problem(setting.file(), "unreadable");
        }
    }
}
