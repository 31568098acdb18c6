const store = process.env.STORE_URL ?? 'http://localhost:9000'

/** One upload after the other is kinder to the store. */
let last: Promise<void> = Promise.resolve()

/** Settles when the store has the label: after the answer an instance may get no more CPU. */
export function makeLabel(parcel: string, to: string): Promise<void> {
  const upload = last.then(() => put(parcel, to))
  last = upload.catch(() => {})
  return upload
}

async function put(parcel: string, to: string): Promise<void> {
  const { ok, status } = await fetch(`${store}/labels/${parcel}`, { method: 'PUT', body: `To: ${to}\nParcel: ${parcel}\n` })
  if (!ok) throw new Error(`the store answered ${status}`)
}

/** Asks the store, for another instance may have made it. */
export async function findLabel(parcel: string): Promise<string | undefined> {
  const response = await fetch(`${store}/labels/${parcel}`)
  if (response.status === 404) return undefined
  if (!response.ok) throw new Error(`the store answered ${response.status}`)
  return response.text()
}
