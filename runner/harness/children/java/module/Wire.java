package gym.child;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** JSON text and back, for frames that our own side wrote: whole numbers are Long or BigInteger, others Double. */
final class Wire {
    private final String text;
    private int at;

    private Wire(String text) {
        this.text = text;
    }

    static Object parse(String text) {
        return new Wire(text).value();
    }

    @SuppressWarnings("unchecked")
    static Map<String, Object> object(Object value) {
        return (Map<String, Object>) value;
    }

    private Object value() {
        switch (text.charAt(at)) {
            case '{': return object();
            case '[': return array();
            case '"': return string();
            case 't': return word("true", Boolean.TRUE);
            case 'f': return word("false", Boolean.FALSE);
            case 'n': return word("null", null);
            default: return number();
        }
    }

    private Map<String, Object> object() {
        Map<String, Object> result = new LinkedHashMap<>();
        for (at++; text.charAt(at) != '}'; skipComma()) {
            String key = string();
            at++; // The colon; JSON.stringify writes no spaces.
            result.put(key, value());
        }
        at++;
        return result;
    }

    private List<Object> array() {
        List<Object> result = new ArrayList<>();
        for (at++; text.charAt(at) != ']'; skipComma()) result.add(value());
        at++;
        return result;
    }

    private void skipComma() {
        if (text.charAt(at) == ',') at++;
    }

    private String string() {
        StringBuilder result = new StringBuilder();
        for (at++; text.charAt(at) != '"'; at++) result.append(text.charAt(at) == '\\' ? escape() : text.charAt(at));
        at++;
        return result.toString();
    }

    /** Leaves the position on the escape's last character. */
    private char escape() {
        char c = text.charAt(++at);
        switch (c) {
            case 'b': return '\b';
            case 'f': return '\f';
            case 'n': return '\n';
            case 'r': return '\r';
            case 't': return '\t';
            case 'u':
                at += 4;
                return (char) Integer.parseInt(text.substring(at - 3, at + 1), 16);
            default: return c;
        }
    }

    private Object number() {
        int start = at;
        while (at < text.length() && "+-0123456789.eE".indexOf(text.charAt(at)) >= 0) at++;
        String digits = text.substring(start, at);
        if (!digits.matches("-?\\d+")) return Double.valueOf(digits);
        BigInteger whole = new BigInteger(digits);
        return whole.bitLength() < 64 ? (Object) whole.longValue() : whole;
    }

    private Object word(String word, Object value) {
        at += word.length();
        return value;
    }

    /** Writes what Encoder made: maps, lists, texts, numbers, booleans and null. */
    static String write(Object value) {
        StringBuilder out = new StringBuilder();
        write(value, out);
        return out.toString();
    }

    private static void write(Object value, StringBuilder out) {
        if (value instanceof Map<?, ?> map) {
            char separator = '{';
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                writeText((String) entry.getKey(), out.append(separator));
                write(entry.getValue(), out.append(':'));
                separator = ',';
            }
            out.append(map.isEmpty() ? "{}" : "}");
        } else if (value instanceof List<?> list) {
            char separator = '[';
            for (Object part : list) {
                write(part, out.append(separator));
                separator = ',';
            }
            out.append(list.isEmpty() ? "[]" : "]");
        } else if (value instanceof String s) {
            writeText(s, out);
        } else {
            out.append(value);
        }
    }

    /** Everything but printable ASCII is escaped, so that half a surrogate pair survives too. */
    private static void writeText(String value, StringBuilder out) {
        out.append('"');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"' || c == '\\') out.append('\\').append(c);
            else if (c < 0x20 || c > 0x7e) writeEscaped(c, out);
            else out.append(c);
        }
        out.append('"');
    }

    private static void writeEscaped(char c, StringBuilder out) {
        String digits = Integer.toHexString(c);
        out.append("\\u").append("0000", 0, 4 - digits.length()).append(digits);
    }
}
