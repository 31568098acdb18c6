import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** Reads variables one by one and remembers every problem and every name it was asked for. */
final class Environment {
    record Problem(String name, String code) {
        Map<String, Object> toMap() {
            return Map.of("name", name, "code", code);
        }
    }

    private final Map<String, String> variables;
    private final Set<String> known = new HashSet<>();
    private final List<Problem> problems = new ArrayList<>();

    Environment(Map<String, String> variables) {
        this.variables = variables;
    }

    <T> T read(String name, Function<String, Optional<T>> parse, T fallback) {
        return value(name).isEmpty() ? fallback : parsed(name, parse);
    }

    <T> T required(String name, Function<String, Optional<T>> parse) {
        return value(name).isEmpty() ? problem(name, "missing") : parsed(name, parse);
    }

    Secret secret(String name) {
        Optional<String> value = value(name);
        Optional<String> path = value(name + "_FILE");
        if (value.isPresent() && path.isPresent()) return problem(name, "conflict");
        return path.isPresent() ? secretIn(path.get(), name + "_FILE") : value.map(Secret::new).orElse(null);
    }

    Secret requiredSecret(String name) {
        boolean isSet = value(name).isPresent() || value(name + "_FILE").isPresent();
        return isSet ? secret(name) : problem(name, "missing");
    }

    List<Problem> problems() {
        return problems;
    }

    /** Set names with our prefix that nothing asked for: typing errors most of the time. */
    List<String> unknown(String prefix) {
        List<String> names = variables.keySet().stream().filter(name -> name.startsWith(prefix) && !known.contains(name)).toList();
        return names.stream().filter(name -> value(name).isPresent()).sorted().toList();
    }

    private <T> T parsed(String name, Function<String, Optional<T>> parse) {
        return value(name).flatMap(parse).orElseGet(() -> problem(name, "invalid"));
    }

    private Secret secretIn(String path, String name) {
        try {
            String content = Files.readString(Path.of(path));
            return new Secret(content.endsWith("\n") ? content.substring(0, content.length() - 1) : content);
        } catch (IOException | InvalidPathException e) {
            return problem(name, "unreadable");
        }
    }

    private Optional<String> value(String name) {
        known.add(name);
        return Optional.ofNullable(variables.get(name)).map(String::strip).filter(value -> !value.isEmpty());
    }

    private <T> T problem(String name, String code) {
        problems.add(new Problem(name, code));
        return null;
    }
}
