package gym.child;

import java.lang.reflect.AccessibleObject;
import java.lang.reflect.Array;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** From Java's values to tagged JSON. What cannot travel becomes an opaque mark that says its kind. */
final class Encoder {
    private static final int MAX_DEPTH = 60;
    private static final int MAX_NODES = 100_000;
    private static final int MAX_DIGITS = 4096;
    private static final BigInteger SAFE = BigInteger.valueOf((1L << 53) - 1);

    private static final class TooLarge extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    private int nodes;
    private final List<Object> above = new ArrayList<>();

    /** Never throws. */
    static Object encode(Object value) {
        try {
            return new Encoder().enc(value);
        } catch (TooLarge e) {
            return opaque("value with too many parts");
        } catch (Exception | StackOverflowError e) {
            return opaque("value that cannot be read");
        }
    }

    static Map<String, Object> opaque(String kind) {
        return tagged("opaque", kind);
    }

    private static Map<String, Object> tagged(String tag, Object value) {
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("$", tag);
        result.put("v", value);
        return result;
    }

    private Object enc(Object value) throws Exception {
        if (++nodes > MAX_NODES) throw new TooLarge();
        if (value == null || value instanceof Boolean) return value;
        if (value instanceof CharSequence || value instanceof Character) return value.toString();
        if (value instanceof Enum<?> constant) return constant.name();
        if (value instanceof Double || value instanceof Float) return fraction(((Number) value).doubleValue());
        if (value instanceof Long || value instanceof Integer || value instanceof Short || value instanceof Byte) return whole(BigInteger.valueOf(((Number) value).longValue()));
        if (value instanceof BigInteger number) return whole(number);
        if (value instanceof BigDecimal number) return decimal(number);
        if (value instanceof byte[] bytes) return tagged("bytes", Base64.getEncoder().encodeToString(bytes));
        if (value instanceof Instant moment) return tagged("date", moment.toEpochMilli());
        if (value instanceof Date moment) return tagged("date", moment.getTime());
        if (value instanceof Optional<?> optional) return enc(optional.orElse(null));
        for (Object other : above) {
            if (other == value) return opaque("circular value");
        }
        if (above.size() >= MAX_DEPTH) return opaque("value nested too deeply");
        above.add(value);
        try {
            return compound(value);
        } finally {
            above.remove(above.size() - 1);
        }
    }

    private Object compound(Object value) throws Exception {
        if (value instanceof Map<?, ?> map) return mapping(map);
        if (value instanceof Set<?> set) return tagged("set", list(set));
        if (value instanceof Collection<?> collection) return list(collection);
        if (value instanceof Throwable thrown) return error(thrown);
        if (value.getClass().isArray()) return array(value);
        if (value instanceof Record) return mapping(components(value));
        return opaque("object of the class " + value.getClass().getSimpleName());
    }

    private static Object whole(BigInteger value) {
        if (value.abs().compareTo(SAFE) <= 0) return value.longValue();
        return value.bitLength() > MAX_DIGITS * 3.32 ? opaque("huge integer") : tagged("big", value.toString());
    }

    private static Object fraction(double value) {
        if (Double.isNaN(value)) return tagged("num", "NaN");
        if (Double.isInfinite(value)) return tagged("num", value > 0 ? "Infinity" : "-Infinity");
        return value == 0 && 1 / value < 0 ? tagged("num", "-0") : (Object) value;
    }

    /** As a number where no digit is lost. */
    private static Object decimal(BigDecimal value) {
        double nearest = value.doubleValue();
        boolean exact = Double.isFinite(nearest) && new BigDecimal(Double.toString(nearest)).compareTo(value) == 0;
        return exact ? fraction(nearest) : opaque("BigDecimal with more digits than a number holds");
    }

    private List<Object> list(Collection<?> parts) throws Exception {
        List<Object> result = new ArrayList<>();
        for (Object part : parts) result.add(enc(part));
        return result;
    }

    private List<Object> array(Object value) throws Exception {
        List<Object> result = new ArrayList<>();
        for (int i = 0; i < Array.getLength(value); i++) result.add(enc(Array.get(value, i)));
        return result;
    }

    private static Map<String, Object> components(Object value) throws ReflectiveOperationException {
        Map<String, Object> result = new LinkedHashMap<>();
        for (RecordComponent component : value.getClass().getRecordComponents()) {
            result.put(component.getName(), read(value, component.getAccessor()));
        }
        return result;
    }

    private Object mapping(Map<?, ?> map) throws Exception {
        List<Object> pairs = new ArrayList<>();
        Map<String, Object> plain = new LinkedHashMap<>();
        boolean isPlain = true;
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            Object key = enc(entry.getKey());
            Object part = enc(entry.getValue());
            List<Object> pair = new ArrayList<>();
            pair.add(key);
            pair.add(part);
            pairs.add(pair);
            if (key instanceof String name) plain.put(name, part);
            else isPlain = false;
        }
        if (!isPlain) return tagged("map", pairs);
        return plain.containsKey("$") || plain.containsKey("__proto__") ? tagged("o", pairs) : plain;
    }

    private Object error(Throwable thrown) throws Exception {
        Map<String, Object> wire = new LinkedHashMap<>();
        wire.put("$", "err");
        wire.put("name", thrown.getClass().getSimpleName());
        wire.put("message", thrown.getMessage() == null ? "" : thrown.getMessage());
        Object code = code(thrown);
        if (code != null) wire.put("code", enc(code));
        if (thrown.getCause() != null) wire.put("cause", enc(thrown.getCause()));
        return wire;
    }

    /** What an exception of the learner's offers as code(), getCode() or a field `code`. */
    private static Object code(Throwable thrown) {
        if (thrown.getClass().getModule() == Object.class.getModule()) return null;
        for (String name : List.of("code", "getCode")) {
            try {
                return read(thrown, thrown.getClass().getMethod(name));
            } catch (ReflectiveOperationException | RuntimeException e) {
                // Not this one.
            }
        }
        try {
            var field = thrown.getClass().getDeclaredField("code");
            field.setAccessible(true);
            return Modifier.isStatic(field.getModifiers()) ? field.get(null) : field.get(thrown);
        } catch (ReflectiveOperationException | RuntimeException e) {
            return null;
        }
    }

    private static Object read(Object target, Method method) throws ReflectiveOperationException {
        open(method);
        return method.invoke(target);
    }

    /** A class of the learner's need not be public. */
    static void open(AccessibleObject member) {
        member.trySetAccessible();
    }
}
