import { BlobSASPermissions, ContainerClient, StorageSharedKeyCredential, type BlobGenerateSasUrlOptions, type SASProtocol, type SignedIdentifier } from '@azure/storage-blob'
import type { Place, Store } from './store.ts'

const minute = 60_000
const day = 24 * 60 * minute
/** Our clock may be ahead of the storage's. */
const skew = 15 * minute

/** A link for a customer, who reads a label with it. */
export function downloadLink(store: Store, { container, blob, fileName, now }: Place & { fileName: string; now: Date }): Promise<string> {
  return link(store, { container, blob }, { permissions: BlobSASPermissions.parse('r'), ...term(now, 15 * minute), contentDisposition: attachment(fileName) })
}

/** A link for a seller, who uploads a picture with it; `c` creates, `w` would also overwrite. */
export function uploadLink(store: Store, { container, blob, now }: Place & { now: Date }): Promise<string> {
  return link(store, { container, blob }, { permissions: BlobSASPermissions.parse('c'), ...term(now, 15 * minute) })
}

/** Lets a partner read blobs of a container for a week. */
export async function grant(store: Store, { container, partner, now }: { container: string; partner: string; now: Date }): Promise<void> {
  const client = containerOf(store, container)
  const policy = { id: partner, accessPolicy: { permissions: 'r', ...term(now, 7 * day) } }
  await client.setAccessPolicy(undefined, [...(await policiesOfOthers(client, partner)), policy])
}

/** Permissions and times stand in the policy, so that they end with it. */
export function partnerLink(store: Store, { container, blob, partner }: Place & { partner: string }): Promise<string> {
  return link(store, { container, blob }, { identifier: partner })
}

/** Takes back what a partner was granted. */
export async function revoke(store: Store, { container, partner }: { container: string; partner: string }): Promise<void> {
  const client = containerOf(store, container)
  await client.setAccessPolicy(undefined, await policiesOfOthers(client, partner))
}

const term = (now: Date, length: number) => ({ startsOn: new Date(now.getTime() - skew), expiresOn: new Date(now.getTime() + length) })

function containerOf({ url, account, keys, signWith }: Store, container: string): ContainerClient {
  return new ContainerClient(`${url}/${container}`, new StorageSharedKeyCredential(account, keys[signWith]))
}

async function link(store: Store, { container, blob }: Place, options: BlobGenerateSasUrlOptions): Promise<string> {
  const client = containerOf(store, container).getBlobClient(blob)
  const signed = new URL(await client.generateSasUrl({ ...options, protocol: store.protocol as SASProtocol }))
  return `${store.url}/${container}/${blob}${signed.search}`
}

/** Policies are always set all together: what is not sent along is gone. */
async function policiesOfOthers(client: ContainerClient, partner: string): Promise<SignedIdentifier[]> {
  const { signedIdentifiers } = await client.getAccessPolicy()
  return signedIdentifiers.filter(({ id }) => id !== partner)
}

/** RFC 8187: percent-encoded, also the four characters that encodeURIComponent leaves. */
function attachment(fileName: string): string {
  const encoded = encodeURIComponent(fileName).replace(/['()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)
  return `attachment; filename*=UTF-8''${encoded}`
}
