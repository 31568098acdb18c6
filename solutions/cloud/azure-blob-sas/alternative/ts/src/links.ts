import { BlobSASPermissions, BlobServiceClient, generateBlobSASQueryParameters, StorageSharedKeyCredential, type BlobSASSignatureValues, type ContainerGetAccessPolicyResponse, type SASProtocol } from '@azure/storage-blob'
import type { Place, Store } from './store.ts'

const quarter = 15 * 60 * 1000
const week = 7 * 24 * 60 * 60 * 1000

const around = (now: Date, after: number) => ({ startsOn: new Date(+now - quarter), expiresOn: new Date(+now + after) })
const credential = ({ account, keys, signWith }: Store) => new StorageSharedKeyCredential(account, keys[signWith])

/** The URL is put together by hand; the package only signs. */
function signed(store: Store, { container, blob }: Place, rights: Partial<BlobSASSignatureValues>): string {
  const path = blob.split('/').map(encodeURIComponent).join('/')
  const query = generateBlobSASQueryParameters({ containerName: container, blobName: blob, protocol: store.protocol as SASProtocol, ...rights }, credential(store))
  return `${store.url}/${container}/${path}?${query}`
}

/** A plain name for old programs, the right one for all others. */
function disposition(fileName: string): string {
  const plain = fileName.replace(/[^\x20-\x7e]|["\\%]/g, '_')
  const exact = [...new TextEncoder().encode(fileName)].map((byte) => (/[\w.-]/.test(String.fromCharCode(byte)) ? String.fromCharCode(byte) : `%${byte.toString(16).padStart(2, '0')}`)).join('')
  return `attachment; filename="${plain}"; filename*=UTF-8''${exact}`
}

export function downloadLink(store: Store, { fileName, now, ...place }: Place & { fileName: string; now: Date }): string {
  return signed(store, place, { permissions: BlobSASPermissions.from({ read: true }), contentDisposition: disposition(fileName), ...around(now, quarter) })
}

export function uploadLink(store: Store, { now, ...place }: Place & { now: Date }): string {
  return signed(store, place, { permissions: BlobSASPermissions.from({ create: true }), ...around(now, quarter) })
}

export function partnerLink(store: Store, { partner, ...place }: Place & { partner: string }): string {
  return signed(store, place, { identifier: partner })
}

type Policies = ContainerGetAccessPolicyResponse['signedIdentifiers']

/** Reads, changes and writes the policies; the write fails when somebody else wrote in a later second than the read one. */
async function change(store: Store, container: string, edit: (policies: Policies) => Policies): Promise<void> {
  const client = new BlobServiceClient(store.url, credential(store)).getContainerClient(container)
  for (let tries = 1; ; tries++) {
    const { signedIdentifiers, lastModified } = await client.getAccessPolicy()
    try {
      await client.setAccessPolicy(undefined, edit(signedIdentifiers), { conditions: lastModified ? { ifUnmodifiedSince: lastModified } : {} })
      return
    } catch (error) {
      if ((error as { statusCode?: number }).statusCode !== 412 || tries === 3) throw error
    }
  }
}

export const grant = (store: Store, { container, partner, now }: { container: string; partner: string; now: Date }): Promise<void> =>
  change(store, container, (policies) => [...policies.filter(({ id }) => id !== partner), { id: partner, accessPolicy: { permissions: 'r', ...around(now, week) } }])

export const revoke = (store: Store, { container, partner }: { container: string; partner: string }): Promise<void> =>
  change(store, container, (policies) => policies.filter(({ id }) => id !== partner))
