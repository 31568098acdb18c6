import { ContainerClient, ContainerSASPermissions, StorageSharedKeyCredential } from '@azure/storage-blob'
import type { Place, Store } from './store.ts'

/** Partners that may read, by container. */
const partners = new Map<string, Set<string>>()

/** A link for a customer, who reads a label with it. */
export async function downloadLink(store: Store, { container, blob }: Place & { fileName: string; now: Date }): Promise<string> {
  return link(store, container, blob)
}

/** A link for a seller, who uploads a picture with it. */
export async function uploadLink(store: Store, { container, blob }: Place & { now: Date }): Promise<string> {
  return link(store, container, blob)
}

/** Lets a partner read blobs of a container for a week. */
export async function grant(_store: Store, { container, partner }: { container: string; partner: string; now: Date }): Promise<void> {
  partners.set(container, (partners.get(container) ?? new Set()).add(partner))
}

export async function partnerLink(store: Store, { container, blob, partner }: Place & { partner: string }): Promise<string> {
  if (!partners.get(container)?.has(partner)) throw new Error(`${partner} has no access`)
  return link(store, container, blob)
}

/** Takes back what a partner was granted. */
export async function revoke(_store: Store, { container, partner }: { container: string; partner: string }): Promise<void> {
  partners.get(container)?.delete(partner)
}

async function link(store: Store, container: string, blob: string): Promise<string> {
  const client = new ContainerClient(`${store.url}/${container}`, new StorageSharedKeyCredential(store.account, store.keys.key1))
  const url = new URL(await client.generateSasUrl({ permissions: ContainerSASPermissions.parse('racwdl'), expiresOn: new Date('2099-12-31') }))
  return `${client.getBlobClient(blob).url}${url.search}`
}
