import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

public class Main {
    private static final Map<String, Integer> DIGITS = Map.of("EUR", 2, "USD", 2, "JPY", 0, "KWD", 3);

    public static void main(String[] args) throws IOException {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line; (line = in.readLine()) != null; ) {
            Map<String, Object> request = Json.object(Json.parse(line));
            double amount = Double.parseDouble((String) request.get("amount"));
            int digits = DIGITS.get(request.get("currency"));
            List<Long> weights = new ArrayList<>();
            for (Object weight : (List<?>) request.get("weights")) weights.add((Long) weight);

            System.out.println(Json.write(Map.of("id", request.get("id"), "shares", split(amount, digits, weights))));
        }
    }

    private static List<String> split(double amount, int digits, List<Long> weights) {
        long total = weights.stream().mapToLong(Long::longValue).sum();
        List<String> shares = new ArrayList<>();
        for (long weight : weights) {
            shares.add(String.format(Locale.ROOT, "%." + digits + "f", amount * weight / total));
        }
        return shares;
    }
}
