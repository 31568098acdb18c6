import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What the shop took in and gave back, in several currencies. Amounts come and go as text. */
public class Ledger {
    /** Of each sale 2.9 percent go to the card company. */
    private static final BigDecimal FEE_RATE = new BigDecimal("0.029");

    private final Map<String, List<BigDecimal>> entries = new HashMap<>();

    public void post(String currency, String amount) {
        entries.computeIfAbsent(currency, c -> new ArrayList<>()).add(new BigDecimal(amount));
    }

    public String total(String currency) {
        return text(sum(currency));
    }

    /** Whether the entries add up to this amount. */
    public boolean balances(String currency, String amount) {
        return sum(currency).compareTo(new BigDecimal(amount)) == 0;
    }

    /** The amounts of a bank statement for which there is no entry. */
    public List<String> missing(String currency, List<String> statement) {
        // A TreeMap looks up by compareTo, a HashMap by equals, which minds the scale.
        Map<BigDecimal, Integer> open = new TreeMap<>();
        for (BigDecimal amount : entriesIn(currency)) open.merge(amount, 1, Integer::sum);

        List<String> missing = new ArrayList<>();
        for (String line : statement) {
            BigDecimal amount = new BigDecimal(line);
            int left = open.getOrDefault(amount, 0);
            if (left > 0) open.put(amount, left - 1);
            else missing.add(line);
        }
        return missing;
    }

    /** What the card company takes for all sales, which are the entries above zero. */
    public String fee(String currency) {
        BigDecimal sales = entriesIn(currency).stream().filter(amount -> amount.signum() > 0).reduce(BigDecimal.ZERO, BigDecimal::add);
        return text(sales.multiply(FEE_RATE));
    }

    public String average(String currency) {
        if (entriesIn(currency).isEmpty()) return "0.00";
        BigDecimal count = BigDecimal.valueOf(entriesIn(currency).size());
        return sum(currency).divide(count, 2, RoundingMode.HALF_EVEN).toPlainString();
    }

    private List<BigDecimal> entriesIn(String currency) {
        return entries.getOrDefault(currency, List.of());
    }

    private BigDecimal sum(String currency) {
        return entriesIn(currency).stream().reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    private static String text(BigDecimal amount) {
        return amount.setScale(2, RoundingMode.HALF_EVEN).toPlainString();
    }
}
