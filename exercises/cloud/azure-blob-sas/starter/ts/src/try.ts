// Prints what two links may do and until when. Nothing is sent anywhere: node src/try.ts
import { downloadLink, uploadLink } from './links.ts'
import type { Store } from './store.ts'

const store: Store = {
  url: 'https://shoplabels.blob.core.windows.net',
  account: 'shoplabels',
  keys: { key1: 'b25lIGtleSBvZiB0d28=', key2: 'dGhlIG90aGVyIGtleQ==' },
  signWith: 'key1',
  protocol: 'https',
}

const meaning: Record<string, string> = { sr: 'signed resource (b: blob, c: container)', sp: 'permissions', st: 'start', se: 'expiry', spr: 'protocol', si: 'stored access policy', rscd: 'content-disposition' }

function show(title: string, link: string): void {
  const { pathname, searchParams } = new URL(link)
  console.log(`${title}: ${decodeURIComponent(pathname)}`)
  for (const [name, value] of searchParams) if (meaning[name]) console.log(`  ${name.padEnd(5)} ${value.padEnd(40)} ${meaning[name]}`)
}

const now = new Date()
show('download', await downloadLink(store, { container: 'labels', blob: '2026/label 7.pdf', fileName: 'Label for Ida.pdf', now }))
show('upload', await uploadLink(store, { container: 'pictures', blob: 'mug.jpg', now }))
