import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A small JSON reader and writer (RFC 8259), because the JDK has none.
 * Objects become LinkedHashMap, arrays ArrayList, whole numbers Long (BigDecimal beyond its range),
 * other numbers BigDecimal, and text, true, false and null what you expect.
 */
public final class Json {
    private final String text;
    private int at;

    private Json(String text) {
        this.text = text;
    }

    /** Reads one JSON value; throws IllegalArgumentException with the position of the first fault. */
    public static Object parse(String text) {
        Json json = new Json(text);
        json.skipSpace();
        Object value = json.value(0);
        json.skipSpace();
        if (json.at < text.length()) throw json.fault("unexpected text after the value");
        return value;
    }

    /** Writes Map, Iterable, String, Number, Boolean or null as compact JSON; map keys keep their order. */
    public static String write(Object value) {
        StringBuilder out = new StringBuilder();
        write(value, out);
        return out.toString();
    }

    @SuppressWarnings("unchecked")
    public static Map<String, Object> object(Object value) {
        if (!(value instanceof Map)) throw new IllegalArgumentException("a JSON object was expected");
        return (Map<String, Object>) value;
    }

    private Object value(int depth) {
        if (depth > 200) throw fault("nested too deeply");
        if (at >= text.length()) throw fault("unexpected end");
        char c = text.charAt(at);
        switch (c) {
            case '{': return object(depth);
            case '[': return array(depth);
            case '"': return string();
            case 't': return word("true", Boolean.TRUE);
            case 'f': return word("false", Boolean.FALSE);
            case 'n': return word("null", null);
            default: return number();
        }
    }

    private Map<String, Object> object(int depth) {
        Map<String, Object> result = new LinkedHashMap<>();
        at++;
        skipSpace();
        if (peek('}')) return result;
        while (true) {
            skipSpace();
            if (at >= text.length() || text.charAt(at) != '"') throw fault("a key was expected");
            String key = string();
            skipSpace();
            if (!peek(':')) throw fault("':' was expected");
            skipSpace();
            result.put(key, value(depth + 1));
            skipSpace();
            if (peek('}')) return result;
            if (!peek(',')) throw fault("',' or '}' was expected");
        }
    }

    private List<Object> array(int depth) {
        List<Object> result = new ArrayList<>();
        at++;
        skipSpace();
        if (peek(']')) return result;
        while (true) {
            skipSpace();
            result.add(value(depth + 1));
            skipSpace();
            if (peek(']')) return result;
            if (!peek(',')) throw fault("',' or ']' was expected");
        }
    }

    private String string() {
        StringBuilder result = new StringBuilder();
        at++;
        while (true) {
            if (at >= text.length()) throw fault("a text without its end");
            char c = text.charAt(at++);
            if (c == '"') return result.toString();
            if (c < 0x20) throw fault("a control character in a text");
            result.append(c == '\\' ? escape() : c);
        }
    }

    private char escape() {
        if (at >= text.length()) throw fault("a text without its end");
        char c = text.charAt(at++);
        switch (c) {
            case '"': case '\\': case '/': return c;
            case 'b': return '\b';
            case 'f': return '\f';
            case 'n': return '\n';
            case 'r': return '\r';
            case 't': return '\t';
            case 'u': return unicode();
            default: throw fault("an unknown escape");
        }
    }

    private char unicode() {
        if (at + 4 > text.length()) throw fault("a text without its end");
        try {
            char c = (char) HexFormat.fromHexDigits(text, at, at + 4);
            at += 4;
            return c;
        } catch (NumberFormatException e) {
            throw fault("four hexadecimal digits were expected");
        }
    }

    private Object number() {
        int start = at;
        while (at < text.length() && "+-0123456789.eE".indexOf(text.charAt(at)) >= 0) at++;
        String digits = text.substring(start, at);
        if (!digits.matches("-?(0|[1-9]\\d*)(\\.\\d+)?([eE][+-]?\\d+)?")) {
            at = start;
            throw fault("a value was expected");
        }
        BigDecimal number = new BigDecimal(digits);
        if (digits.matches("-?\\d+") && number.precision() <= 18) return number.longValueExact();
        return number;
    }

    private Object word(String word, Object value) {
        if (!text.startsWith(word, at)) throw fault("a value was expected");
        at += word.length();
        return value;
    }

    private boolean peek(char c) {
        if (at >= text.length() || text.charAt(at) != c) return false;
        at++;
        return true;
    }

    private void skipSpace() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) at++;
    }

    private IllegalArgumentException fault(String what) {
        return new IllegalArgumentException(what + " at position " + at);
    }

    private static void write(Object value, StringBuilder out) {
        if (value instanceof Map) {
            String separator = "{";
            for (Map.Entry<?, ?> entry : ((Map<?, ?>) value).entrySet()) {
                out.append(separator);
                writeText(String.valueOf(entry.getKey()), out);
                out.append(':');
                write(entry.getValue(), out);
                separator = ",";
            }
            out.append(separator.equals("{") ? "{}" : "}");
        } else if (value instanceof Iterable) {
            String separator = "[";
            for (Object item : (Iterable<?>) value) {
                out.append(separator);
                write(item, out);
                separator = ",";
            }
            out.append(separator.equals("[") ? "[]" : "]");
        } else if (value instanceof CharSequence || value instanceof Character) {
            writeText(value.toString(), out);
        } else if (value instanceof BigDecimal) {
            out.append(((BigDecimal) value).toPlainString());
        } else {
            out.append(value);
        }
    }

    private static void writeText(String value, StringBuilder out) {
        out.append('"');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            switch (c) {
                case '"': out.append("\\\""); break;
                case '\\': out.append("\\\\"); break;
                case '\n': out.append("\\n"); break;
                case '\r': out.append("\\r"); break;
                case '\t': out.append("\\t"); break;
                default:
                    if (c < 0x20) out.append(String.format("\\u%04x", (int) c));
                    else out.append(c);
            }
        }
        out.append('"');
    }
}
