import re

from store import Invoice


def render_pdf(invoice: Invoice) -> bytes:
    """A page with the invoice's text; PDF readers rebuild the index that is left out here. Nothing here has to change."""
    rows = [f"Invoice {invoice['id']}", f"for {invoice['owner']}", invoice["reference"]]
    rows += [f"{line['text']}: {line['cents'] / 100:.2f}" for line in invoice["lines"]]
    shown = "\n".join("(" + re.sub(r"([\\()])", r"\\\1", row) + ") Tj T*" for row in rows)
    page = f"BT /F1 12 Tf 14 TL 60 780 Td\n{shown}\nET".encode()
    head = b"""%PDF-1.4
1 0 obj <</Type/Catalog/Pages 2 0 R>> endobj
2 0 obj <</Type/Pages/Kids[3 0 R]/Count 1>> endobj
3 0 obj <</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>>> endobj
"""
    return head + b"4 0 obj <</Length %d>> stream\n%b\nendstream endobj\ntrailer <</Root 1 0 R>>\n%%%%EOF\n" % (len(page), page)
