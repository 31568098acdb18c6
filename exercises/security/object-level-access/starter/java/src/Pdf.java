import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** A page with the invoice's text; PDF readers rebuild the index that is left out here. Nothing here has to change. */
public final class Pdf {
    private static final String HEAD = """
        %PDF-1.4
        1 0 obj <</Type/Catalog/Pages 2 0 R>> endobj
        2 0 obj <</Type/Pages/Kids[3 0 R]/Count 1>> endobj
        3 0 obj <</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>>> endobj
        """;

    private Pdf() {}

    public static byte[] render(Store.Invoice invoice) {
        List<String> rows = new ArrayList<>(List.of("Invoice " + invoice.id(), "for " + invoice.owner(), invoice.reference()));
        for (Store.Line line : invoice.lines()) rows.add(String.format(Locale.ROOT, "%s: %.2f", line.text(), line.cents() / 100.0));
        String shown = rows.stream().map(row -> "(" + row.replaceAll("[\\\\()]", "\\\\$0") + ") Tj T*").collect(Collectors.joining("\n"));
        String page = "BT /F1 12 Tf 14 TL 60 780 Td\n" + shown + "\nET";
        int length = page.getBytes(StandardCharsets.UTF_8).length;
        String tail = "4 0 obj <</Length " + length + ">> stream\n" + page + "\nendstream endobj\ntrailer <</Root 1 0 R>>\n%%EOF\n";
        return (HEAD + tail).getBytes(StandardCharsets.UTF_8);
    }
}
