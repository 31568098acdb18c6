import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Stands for the database. Like many databases, it does not mind upper and lower case in an id. Nothing here has to change. */
public class Store {
    /** @param id unique over all invoices */
    public record Line(String id, String text, long cents) {
        public Map<String, Object> shown() {
            return Map.of("id", id, "text", text, "cents", cents);
        }
    }

    /** @param id a number for the old ones, a UUID since March */
    public record Invoice(String id, String owner, String reference, List<Line> lines) {
        public Map<String, Object> shown() {
            return Map.of("id", id, "owner", owner, "reference", reference, "lines", lines.stream().map(Line::shown).toList());
        }
    }

    private final Map<String, Invoice> invoices = new LinkedHashMap<>();
    private final Map<String, String> owners = new HashMap<>();
    private long lastLine = 0;

    public Store() {
        save(new Invoice("1001", "ada", "ADA-JANUARY", List.of(newLine("12 parcels", 8280))));
        save(new Invoice("1002", "bob", "BOB-JANUARY", List.of(newLine("3 parcels", 2070))));
        save(new Invoice("1003", "ada", "ADA-FEBRUARY", List.of(newLine("9 parcels", 6210))));
        save(new Invoice("1004", "bob", "BOB-FEBRUARY", List.of(newLine("1 pallet", 19900))));
    }

    public Optional<Invoice> find(String id) {
        return Optional.ofNullable(invoices.get(key(id)));
    }

    /** From the index of owners, which has the ids as they were given out. */
    public Optional<String> ownerOf(String id) {
        return Optional.ofNullable(owners.get(id));
    }

    public Optional<Line> findLine(String lineId) {
        return all().stream().flatMap(i -> i.lines().stream()).filter(l -> l.id().equals(lineId)).findFirst();
    }

    public List<Invoice> all() {
        return List.copyOf(invoices.values());
    }

    /** Adds the invoice, or replaces the one with the same id. */
    public void save(Invoice invoice) {
        invoices.put(key(invoice.id()), invoice);
        owners.put(invoice.id(), invoice.owner());
    }

    /** Replaces the line with the same id, in whichever invoice it stands. */
    public void saveLine(Line changed) {
        invoices.replaceAll((id, invoice) -> new Invoice(invoice.id(), invoice.owner(), invoice.reference(),
            invoice.lines().stream().map(line -> line.id().equals(changed.id()) ? changed : line).toList()));
    }

    public void remove(Invoice invoice) {
        invoices.remove(key(invoice.id()));
        owners.remove(invoice.id());
    }

    public String newInvoiceId() {
        return UUID.randomUUID().toString();
    }

    public Line newLine(String text, long cents) {
        return new Line(String.valueOf(++lastLine), text, cents);
    }

    private static String key(String id) {
        return id.toLowerCase(Locale.ROOT);
    }
}
