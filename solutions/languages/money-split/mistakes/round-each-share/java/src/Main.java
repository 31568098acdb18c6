import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

public class Main {
    private static final Map<String, Integer> DIGITS = Map.of("EUR", 2, "USD", 2, "JPY", 0, "KWD", 3);
    private static final Pattern AMOUNT = Pattern.compile("(-?)([0-9]+)(?:\\.([0-9]+))?");

    /** Its message is the error code of the answer. */
    private static class BadRequest extends RuntimeException {
        BadRequest(String code) {
            super(code);
        }
    }

    public static void main(String[] args) throws IOException {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        StringBuilder out = new StringBuilder();
        for (String line; (line = in.readLine()) != null; ) {
            out.append(Json.write(answerTo(Json.object(Json.parse(line))))).append('\n');
        }
        System.out.print(out);
    }

    private static Map<String, Object> answerTo(Map<String, Object> request) {
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("id", request.get("id"));
        try {
            answer.put("shares", sharesOf(request));
        } catch (BadRequest e) {
            answer.put("error", e.getMessage());
        }
        return answer;
    }

    private static List<String> sharesOf(Map<String, Object> request) {
        int digits = digitsOf(request.get("currency"));
        BigInteger units = parseAmount(request.get("amount"), digits);
        List<BigInteger> weights = checkWeights(request.get("weights"));
        return split(units, weights).stream().map(share -> formatAmount(share, digits)).collect(Collectors.toList());
    }

    private static int digitsOf(Object currency) {
        if (!(currency instanceof String) || !DIGITS.containsKey(currency)) throw new BadRequest("BAD_CURRENCY");
        return DIGITS.get(currency);
    }

    /** The amount in minor units: "-12.5" with two digits is -1250. */
    private static BigInteger parseAmount(Object text, int digits) {
        Matcher match = AMOUNT.matcher(text instanceof String ? (String) text : "");
        if (!match.matches()) throw new BadRequest("BAD_AMOUNT");
        String fraction = match.group(3) == null ? "" : match.group(3);
        if (fraction.length() > digits) throw new BadRequest("BAD_AMOUNT");
        String padding = "0".repeat(digits - fraction.length());
        return new BigInteger(match.group(1) + match.group(2) + fraction + padding);
    }

    private static String formatAmount(BigInteger units, int digits) {
        String text = units.abs().toString();
        text = "0".repeat(Math.max(0, digits + 1 - text.length())) + text;
        int point = text.length() - digits;
        String fraction = digits > 0 ? "." + text.substring(point) : "";
        return (units.signum() < 0 ? "-" : "") + text.substring(0, point) + fraction;
    }

    private static List<BigInteger> checkWeights(Object weights) {
        if (!(weights instanceof List)) throw new BadRequest("BAD_WEIGHTS");
        List<BigInteger> checked = new ArrayList<>();
        for (Object weight : (List<?>) weights) {
            boolean fits = weight instanceof Long && (Long) weight >= 0 && (Long) weight <= 1_000_000;
            if (!fits) throw new BadRequest("BAD_WEIGHTS");
            checked.add(BigInteger.valueOf((Long) weight));
        }
        if (checked.size() > 50 || sum(checked).signum() == 0) throw new BadRequest("BAD_WEIGHTS");
        return checked;
    }

    private static List<BigInteger> split(BigInteger units, List<BigInteger> weights) {
        BigInteger total = sum(weights);
        List<BigInteger> shares = new ArrayList<>();
        for (BigInteger weight : weights) {
            BigDecimal exact = new BigDecimal(units.abs().multiply(weight)).divide(new BigDecimal(total), 0, RoundingMode.HALF_UP);
            shares.add(exact.toBigIntegerExact());
        }
        if (units.signum() < 0) shares.replaceAll(BigInteger::negate);
        return shares;
    }

    private static BigInteger sum(List<BigInteger> numbers) {
        return numbers.stream().reduce(BigInteger.ZERO, BigInteger::add);
    }
}
