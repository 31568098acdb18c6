package gym.child;

import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/** From tagged JSON to Java's values; Fit turns them into what a method declares. */
final class Decoder {
    /** Calls a function on the suite's side by its number. */
    interface Caller {
        Object call(long function, List<?> args) throws Throwable;
    }

    /** A function of the suite's, where nothing more is known of it than Object. */
    static final class SuiteFunction implements Function<Object, Object>, Supplier<Object>, Callable<Object>, Consumer<Object> {
        private final Caller caller;
        private final long number;

        SuiteFunction(Caller caller, long number) {
            this.caller = caller;
            this.number = number;
        }

        Object invoke(List<?> args) throws Throwable {
            return caller.call(number, args);
        }

        private Object unchecked(List<?> args) {
            try {
                return invoke(args);
            } catch (RuntimeException | Error e) {
                throw e;
            } catch (Throwable e) {
                throw new RuntimeException(e.getMessage(), e);
            }
        }

        @Override public Object apply(Object argument) { return unchecked(asList(argument)); }
        @Override public Object get() { return unchecked(List.of()); }
        @Override public void accept(Object argument) { unchecked(asList(argument)); }

        /** Callable declares Exception, so what the suite threw comes out as it is. */
        @Override public Object call() throws Exception {
            try {
                return invoke(List.of());
            } catch (Exception | Error e) {
                throw e;
            } catch (Throwable e) {
                throw new RuntimeException(e.getMessage(), e);
            }
        }

        private static List<Object> asList(Object argument) {
            List<Object> list = new ArrayList<>();
            list.add(argument);
            return list;
        }
    }

    private static final List<String> PACKAGES = List.of("", "java.lang.", "java.io.", "java.util.", "java.util.concurrent.");

    private final Caller caller;

    Decoder(Caller caller) {
        this.caller = caller;
    }

    Object decode(Object value) {
        if (value instanceof List<?> list) return list(list);
        if (!(value instanceof Map<?, ?> map)) return value;
        if (!map.containsKey("$")) return record(map);
        Object inner = map.get("v");
        switch ((String) map.get("$")) {
            case "num": return Double.valueOf((String) inner);
            case "big": return new BigInteger((String) inner);
            case "date": return inner == null ? null : Instant.ofEpochMilli(((Number) inner).longValue());
            case "map": return pairs(inner);
            case "set": return set((List<?>) inner);
            case "bytes": return Base64.getDecoder().decode((String) inner);
            case "o": return pairs(inner);
            case "err": return error(map);
            case "fn": return new SuiteFunction(caller, ((Number) map.get("id")).longValue());
            default: return null;
        }
    }

    private List<Object> list(List<?> parts) {
        List<Object> result = new ArrayList<>();
        for (Object part : parts) result.add(decode(part));
        return result;
    }

    private Set<Object> set(List<?> parts) {
        return new LinkedHashSet<>(list(parts));
    }

    private Map<String, Object> record(Map<?, ?> map) {
        Map<String, Object> result = new LinkedHashMap<>();
        map.forEach((key, part) -> result.put((String) key, decode(part)));
        return result;
    }

    private Map<Object, Object> pairs(Object value) {
        Map<Object, Object> result = new LinkedHashMap<>();
        for (Object pair : (List<?>) value) {
            List<?> keyAndPart = (List<?>) pair;
            result.put(decode(keyAndPart.get(0)), decode(keyAndPart.get(1)));
        }
        return result;
    }

    /** An exception of the learner's or of Java's that takes a message, else a RuntimeException. */
    private Throwable error(Map<?, ?> wire) {
        String message = (String) wire.get("message");
        Throwable error = null;
        for (String prefix : PACKAGES) {
            if (error == null) error = make(prefix + wire.get("name"), message);
        }
        if (error == null) error = new RuntimeException(message);
        if (decode(wire.get("cause")) instanceof Throwable cause && error.getCause() == null) error.initCause(cause);
        return error;
    }

    private static Throwable make(String className, String message) {
        try {
            Class<?> type = Class.forName(className);
            // "Error" is the plain error of the suite's language; in Java that name means a broken machine.
            if (!Exception.class.isAssignableFrom(type)) return null;
            var constructor = type.getDeclaredConstructor(String.class);
            constructor.setAccessible(true);
            return (Throwable) constructor.newInstance(message);
        } catch (ReflectiveOperationException | RuntimeException | LinkageError e) {
            return null;
        }
    }
}
