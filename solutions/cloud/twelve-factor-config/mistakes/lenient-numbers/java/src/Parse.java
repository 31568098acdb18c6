import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Each parser turns a trimmed text into a value, or into empty when it has another form. */
final class Parse {
    private static final Pattern DURATION = Pattern.compile("([0-9]{1,15})(ms|s|m)");
    private static final Map<String, Long> UNIT_MS = Map.of("ms", 1L, "s", 1_000L, "m", 60_000L);

    private Parse() {}

    static Optional<String> text(String value) {
        return Optional.of(value);
    }

    static Optional<Integer> port(String value) {
        try {
            int port = Integer.parseInt(value);
            return port >= 1 && port <= 65_535 ? Optional.of(port) : Optional.empty();
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    static Optional<Boolean> bool(String value) {
        return switch (value.toLowerCase(Locale.ROOT)) {
            case "true", "1" -> Optional.of(true);
            case "false", "0" -> Optional.of(false);
            default -> Optional.empty();
        };
    }

    static Optional<Long> durationMs(String value) {
        Matcher match = DURATION.matcher(value);
        if (!match.matches()) return Optional.empty();
        return Optional.of(Long.parseLong(match.group(1)) * UNIT_MS.get(match.group(2)));
    }

    static Optional<List<String>> list(String value) {
        return Optional.of(Stream.of(value.split(",")).map(String::strip).filter(item -> !item.isEmpty()).toList());
    }

    static Optional<String> url(String value) {
        try {
            URI uri = new URI(value);
            boolean web = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
            return web && uri.getHost() != null ? Optional.of(value) : Optional.empty();
        } catch (URISyntaxException e) {
            return Optional.empty();
        }
    }
}
