set -e
git config user.name Learner
git config user.email learner@example.org
# Nothing is committed before it runs; theirs first, then what main has meant.
git merge --no-commit --no-ff -X theirs returns || true
git show main:src/print/label.js > src/print/label.js
cat > src/rates.js <<'RATES'
/** Cents for a parcel and for each kilogram begun, by zone. */
const zones = {
  home: { base: 390, kilogram: 110 },
  europe: { base: 890, kilogram: 260 },
}

const fuel = 1.07
/** The sorting centre takes it for each parcel that is sorted by hand. */
const bulkyFee = 600

function transportCents({ grams, zone }) {
  const { base, kilogram } = zones[zone]
  return Math.round(fuel * (base + kilogram * Math.ceil(grams / 1000)))
}

/** What it costs to send a parcel. */
export function shippingCents(parcel) {
  return transportCents(parcel) + (parcel.bulky ? bulkyFee : 0)
}
RATES
cat > src/print/label.js <<'LABEL'
/** Characters that the printer puts on one line. */
const width = 32

/** What the printer gets, each line cut to the width of the paper. */
export function labelLines({ name, street, zip, city, grams, customs }) {
  const lines = [name, street, `${zip} ${city}`, `${grams} g`]
  if (customs) lines.push(`customs: ${customs}`)
  return lines.map((line) => line.slice(0, width))
}
LABEL
cat > src/returns.js <<'RETURNS'
import { shippingCents as shippingCost } from './rates.js'

/** Sending a parcel back costs half of what sending it did; half a cent is rounded up. */
export function returnCost(parcel) {
  return Math.ceil(shippingCost(parcel) / 2)
}
RETURNS
cat > test/customs.test.js <<'TEST'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { labelLines } from '../src/print/label.js'

test('customs is the last line of a label', () => {
  const order = { name: 'Ida Berg', street: 'Quay 4', zip: '8010', city: 'Graz', grams: 700, customs: 'one rug' }
  assert.equal(labelLines(order).at(-1), 'customs: one rug')
})
TEST
git rm --quiet --force src/label.js
git add --all
git commit --quiet --no-edit
