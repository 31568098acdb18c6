const store = process.env.STORE_URL ?? 'http://localhost:9000'

export async function makeLabel(parcel: string, to: string): Promise<void> {
  void upload(parcel, to).catch(() => {})
}

async function upload(parcel: string, to: string): Promise<void> {
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
