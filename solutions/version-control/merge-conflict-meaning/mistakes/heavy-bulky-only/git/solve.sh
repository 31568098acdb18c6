set -e
git config user.name Learner
git config user.email learner@example.org
git merge returns || true
cat > src/rates.js <<'RATES'
/** Cents for a parcel and for each kilogram begun, by zone. */
const zones = {
  home: { base: 390, kilogram: 110 },
  europe: { base: 890, kilogram: 260 },
}

/** What it costs to send a parcel, with 7 percent for fuel. Bulky ones are sorted by hand. */
export function shippingCents({ grams, zone, bulky = false }) {
  const { base, kilogram } = zones[zone]
  const transport = base + kilogram * Math.ceil(grams / 1000)
  return Math.round(transport * 1.07) + (bulky && grams >= 5000 ? 600 : 0)
}
RATES
# Deleted here, changed there: the change moves into the file that took its place.
cat > src/print/label.js <<'LABEL'
/** Characters that the printer puts on one line. */
const width = 32

const fields = {
  address: ({ name, street, zip, city }) => [name, street, `${zip} ${city}`],
  weight: ({ grams }) => [`${grams} g`],
  customs: ({ customs }) => (customs ? [`customs: ${customs}`] : []),
}

/** What the printer gets: its fields in order, each line cut to the width of the paper. */
export const labelLines = (order) =>
  [fields.address, fields.weight, fields.customs].flatMap((field) => field(order)).map((line) => line.slice(0, width))
LABEL
git rm --quiet src/label.js
# No conflict, and yet it calls a function by the name of yesterday.
sed -i.bak 's/shippingCost/shippingCents/g' src/returns.js && rm src/returns.js.bak
git add .
git commit --quiet --message 'Merge returns: parcels can be sent back'
