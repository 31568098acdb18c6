import java.util.List;

/** A few entries by hand; the brief says how to run it. */
public class Try {
    public static void main(String[] args) {
        Ledger ledger = new Ledger();
        ledger.post("EUR", "0.10");
        ledger.post("EUR", "0.20");
        ledger.post("EUR", "12.5");

        System.out.println("total     " + ledger.total("EUR"));
        System.out.println("balances  " + ledger.balances("EUR", "12.80"));
        System.out.println("missing   " + ledger.missing("EUR", List.of("12.50", "0.1", "7.00")));
        System.out.println("fee       " + ledger.fee("EUR"));
        System.out.println("average   " + ledger.average("EUR"));
    }
}
