import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Scanner;

public class Main {
    private enum Currency {
        EUR(2), USD(2), JPY(0), KWD(3);

        final int digits;
        final BigDecimal unit;

        Currency(int digits) {
            this.digits = digits;
            this.unit = BigDecimal.ONE.movePointLeft(digits);
        }

        static Currency find(Object code) {
            for (Currency currency : values()) if (currency.name().equals(code)) return currency;
            return null;
        }

        boolean writes(Object amount) {
            String fraction = digits == 0 ? "" : "(\\.\\d{1," + digits + "})?";
            return amount instanceof String && ((String) amount).matches("-?\\d+" + fraction);
        }
    }

    public static void main(String[] args) {
        List<String> answers = new ArrayList<>();
        Scanner in = new Scanner(System.in, "UTF-8");
        while (in.hasNextLine()) {
            Map<String, Object> request = Json.object(Json.parse(in.nextLine()));
            Map<String, Object> answer = new HashMap<>(answer(request));
            answer.put("id", request.get("id"));
            answers.add(Json.write(answer));
        }
        answers.forEach(System.out::println);
    }

    private static Map<String, Object> answer(Map<String, Object> request) {
        Currency currency = Currency.find(request.get("currency"));
        if (currency == null) return Map.of("error", "BAD_CURRENCY");
        if (!currency.writes(request.get("amount"))) return Map.of("error", "BAD_AMOUNT");
        List<Long> weights = weights(request.get("weights"));
        if (weights == null) return Map.of("error", "BAD_WEIGHTS");
        return Map.of("shares", split(new BigDecimal((String) request.get("amount")), currency, weights));
    }

    private static List<Long> weights(Object value) {
        if (!(value instanceof List) || ((List<?>) value).size() > 50) return null;
        List<Long> weights = new ArrayList<>();
        for (Object weight : (List<?>) value) {
            if (!(weight instanceof Long) || (Long) weight < 0 || (Long) weight > 1_000_000) return null;
            weights.add((Long) weight);
        }
        return weights.stream().anyMatch(w -> w > 0) ? weights : null;
    }

    private record Rest(int index, BigDecimal cutOff) implements Comparable<Rest> {
        @Override
        public int compareTo(Rest other) {
            int bySize = other.cutOff.compareTo(cutOff);
            return bySize != 0 ? bySize : Integer.compare(index, other.index);
        }
    }

    /** Decimal numbers: DOWN rounds towards zero, so a refund needs no case of its own but the sign of its last units. */
    private static List<String> split(BigDecimal amount, Currency currency, List<Long> weights) {
        BigDecimal total = BigDecimal.valueOf(weights.stream().mapToLong(Long::longValue).sum());
        BigDecimal left = amount.abs();
        List<BigDecimal> shares = new ArrayList<>();
        PriorityQueue<Rest> rests = new PriorityQueue<>();
        for (long weight : weights) {
            BigDecimal portion = amount.multiply(BigDecimal.valueOf(weight));
            BigDecimal share = portion.divide(total, currency.digits, RoundingMode.DOWN);
            rests.add(new Rest(shares.size(), portion.subtract(share.multiply(total)).abs()));
            shares.add(share);
            left = left.subtract(share.abs());
        }
        BigDecimal step = amount.signum() < 0 ? currency.unit.negate() : currency.unit;
        for (; left.signum() > 0; left = left.subtract(currency.unit)) {
            int index = rests.remove().index();
            shares.set(index, shares.get(index).add(step));
        }
        return shares.stream().map(BigDecimal::toPlainString).toList();
    }
}
