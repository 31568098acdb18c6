import { isAbsolute, resolve } from 'node:path'
import { printable } from '../../domain/submission/printable.ts'
import { IntakeRefusal } from './refusal.ts'

/** Where a roster lets us fetch from. */
export interface Remote {
  address: string
  /** The one protocol git may use for it. */
  protocol: 'file' | 'https' | 'ssh'
}

const host = /^[A-Za-z0-9][A-Za-z0-9.-]*$/

/**
 * Reads an address as the roster gives it: https, ssh, git@host:path, or a folder. Nothing that git would take for a
 * program or an option; a relative folder counts from the roster's.
 */
export function parseRemote(text: string, base: string): Remote {
  const refuse = (why: string): never => {
    throw new IntakeRefusal('remote-not-allowed', `The remote "${printable(text)}" ${why}.`)
  }
  if (text.startsWith('-') || text.includes('::') || /[\u0000-\u001f\u007f]/.test(text))
    return refuse('is no address that is fetched from')
  if (isAbsolute(text) || /^\.{1,2}\//.test(text)) return { address: resolve(base, text), protocol: 'file' }
  if (text.includes(' ')) return refuse('is no address that is fetched from')
  const [, scheme] = /^([a-z][a-z0-9+.-]*):\/\//i.exec(text) ?? []
  if (scheme !== undefined) return fromUrl(text, scheme.toLowerCase(), refuse)
  const [, scpHost, path] = /^(?:[A-Za-z0-9._-]+@)?([^/@:]+):(.+)$/.exec(text) ?? []
  if (scpHost === undefined || path === undefined) return { address: resolve(base, text), protocol: 'file' }
  return host.test(scpHost) && !path.startsWith('-') ? { address: text, protocol: 'ssh' } : refuse('names no host')
}

function fromUrl(text: string, scheme: string, refuse: (why: string) => never): Remote {
  if (scheme === 'file') return { address: text, protocol: 'file' }
  if (scheme !== 'https' && scheme !== 'ssh') return refuse(`uses "${scheme}"; https, ssh and folders are fetched from`)
  let url: URL | null = null
  try {
    url = new URL(text)
  } catch {
    return refuse('is no address')
  }
  if (!host.test(url.hostname) || url.pathname.startsWith('/-') || url.username.startsWith('-'))
    return refuse('names no host')
  return { address: text, protocol: scheme }
}
