import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/** What the shop took in and gave back, in several currencies. Amounts come and go as text. */
public class Ledger {
    /** An amount without trailing zeros: for these, equals and compareTo agree, and records bring equals along. */
    private record Amount(BigDecimal value) {
        static final Amount ZERO = new Amount(BigDecimal.ZERO);

        Amount {
            value = value.stripTrailingZeros();
        }

        static Amount of(String text) {
            return new Amount(new BigDecimal(text));
        }

        Amount plus(Amount other) {
            return new Amount(value.add(other.value));
        }

        boolean isSale() {
            return value.signum() > 0;
        }

        /** Of 29 thousandths. */
        Amount fee() {
            return new Amount(value.multiply(BigDecimal.valueOf(29)).movePointLeft(3));
        }
    }

    private final Map<String, List<Amount>> byCurrency = new LinkedHashMap<>();

    public void post(String currency, String amount) {
        byCurrency.merge(currency, List.of(Amount.of(amount)), (a, b) -> Stream.concat(a.stream(), b.stream()).toList());
    }

    public String total(String currency) {
        return cents(sum(entries(currency)).value());
    }

    /** Whether the entries add up to this amount. */
    public boolean balances(String currency, String amount) {
        return sum(entries(currency)).equals(Amount.of(amount));
    }

    /** The amounts of a bank statement for which there is no entry. */
    public List<String> missing(String currency, List<String> statement) {
        List<Amount> open = new ArrayList<>(entries(currency));
        return statement.stream().filter(line -> !open.remove(Amount.of(line))).toList();
    }

    /** What the card company takes for all sales, which are the entries above zero. */
    public String fee(String currency) {
        return cents(sum(entries(currency).stream().filter(Amount::isSale).map(Amount::fee).toList()).value());
    }

    public String average(String currency) {
        int count = entries(currency).size();
        if (count == 0) return cents(BigDecimal.ZERO);
        // Whole cents and what is left over: rounding is then a question to whole numbers.
        BigDecimal[] cents = sum(entries(currency)).value().movePointRight(2).divideAndRemainder(BigDecimal.valueOf(count));
        int half = cents[1].abs().multiply(BigDecimal.valueOf(2)).compareTo(BigDecimal.valueOf(count));
        boolean up = half > 0 || half == 0 && cents[0].toBigInteger().testBit(0);
        BigDecimal rounded = up ? cents[0].add(BigDecimal.valueOf(cents[1].signum())) : cents[0];
        return cents(rounded.movePointLeft(2));
    }

    private List<Amount> entries(String currency) {
        return byCurrency.getOrDefault(currency, List.of());
    }

    private static Amount sum(List<Amount> amounts) {
        return amounts.stream().reduce(Amount.ZERO, Amount::plus);
    }

    private static String cents(BigDecimal value) {
        return String.format(Locale.ROOT, "%.2f", value.setScale(2, RoundingMode.HALF_EVEN));
    }
}
