import { bytesOf, type Answer, type UpstreamRequest } from './upstream-exchange.ts'

/** How the scripted service's exchanges read in a transcript. */

/** Headers that every client sends by itself. */
const dull = new Set([
  'accept',
  'accept-encoding',
  'accept-language',
  'connection',
  'content-length',
  'host',
  'http2-settings',
  'sec-fetch-mode',
  'transfer-encoding',
  'upgrade',
  'user-agent',
])

/** @param before when the answer to the request before it ended, if there was one */
export function requestText({ method, path, headers, body, at }: UpstreamRequest, before: number | null): string {
  const when = before === null ? '' : `${Math.max(0, Math.round(at - before))} ms after the last answer: `
  const told = Object.entries(headers).filter(
    ([name, value]) => !dull.has(name) && !(name === 'content-type' && value === 'application/json'),
  )
  return `${when}${method} ${path}${told.map(([name, value]) => `\n${name}: ${value}`).join('')}${body === '' ? '' : `\n${body}`}`
}

export function answerText({ ended, at, endedAt }: UpstreamRequest, answer: Answer | null): string {
  const after = `after ${Math.round((endedAt ?? at) - at)} ms`
  if (answer === null) return `none: the client closed the connection before the request was complete, ${after}`
  if ('reset' in answer) return 'none: the connection was reset'
  if ('silentMs' in answer)
    return ended === 'given-up'
      ? `none; the client still waited ${after}, and the connection was reset`
      : `none; the client closed the connection ${after}`
  if (ended === 'client-closed') return `none yet, when the client closed the connection ${after}`
  if (ended === 'given-up') return `none yet; the client still waited ${after}`
  const headers = Object.entries(answer.headers ?? {}).map(([name, value]) => `\n${name.toLowerCase()}: ${value}`)
  const all = bytesOf(answer)
  const body = all.subarray(0, answer.cutAfter).toString('utf8')
  const cut =
    ended === 'cut'
      ? `\n(closed after ${Math.min(answer.cutAfter ?? 0, all.length)} of ${all.length} bytes of the body)`
      : ''
  return `${answer.status}${headers.join('')}${body === '' ? '' : `${headers.length > 0 ? '\n' : ' '}${body}`}${cut}`
}
