import { mkdir, readFile, writeFile } from 'node:fs/promises'

const store = process.env.STORE_URL ?? 'http://localhost:9000'

/** Labels by parcel. */
const made = new Map<string, string>()

/** Uploads take a while, so they happen one after the other when the customer has an answer. */
let uploads = Promise.resolve()

export async function makeLabel(parcel: string, to: string): Promise<void> {
  const label = `To: ${to}\nParcel: ${parcel}\n`
  made.set(parcel, label)
  await mkdir('labels', { recursive: true })
  await writeFile(`labels/${parcel}.txt`, label)
  uploads = uploads.then(() => upload(parcel)).catch((error) => console.log(`upload of ${parcel} failed: ${error}`))
}

export async function findLabel(parcel: string): Promise<string | undefined> {
  return made.get(parcel)
}

async function upload(parcel: string): Promise<void> {
  const label = await readFile(`labels/${parcel}.txt`, 'utf8')
  const { ok, status } = await fetch(`${store}/labels/${parcel}`, { method: 'PUT', body: label })
  if (!ok) throw new Error(`the store answered ${status}`)
}
