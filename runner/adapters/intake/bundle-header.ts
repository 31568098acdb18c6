import { intakeLimits } from '../../domain/submission/submission.ts'
import { IntakeRefusal } from './refusal.ts'

export interface BundleHeader {
  /** Ref → git's id. */
  refs: Map<string, string>
}

const mostHeader = 64 * 1024

/** `true` where a file begins as a bundle of git does. */
export const looksLikeBundle = (start: Buffer): boolean =>
  start.subarray(0, 15).toString('latin1').startsWith('# v') && start.subarray(0, 40).includes(' git bundle\n')

/**
 * Reads the header of a bundle and of the pack in it, so that git is only asked about one that stands alone and is of
 * bearable size (gitformat-bundle).
 */
export function readBundleHeader(bundle: Buffer): BundleHeader {
  const end = bundle.subarray(0, mostHeader).indexOf('\n\n')
  if (!looksLikeBundle(bundle) || end < 0)
    throw new IntakeRefusal('not-a-bundle', 'It is no git bundle, or its beginning is damaged.')
  const [signature = '', ...lines] = bundle.subarray(0, end).toString('utf8').split('\n')
  if (!/^# v[23] git bundle$/.test(signature))
    throw new IntakeRefusal('not-a-bundle', 'It is a git bundle of another format than 2 and 3.')
  const refs = new Map<string, string>()
  for (const line of lines) readLine(line, refs)
  if (refs.size > intakeLimits.refs)
    throw new IntakeRefusal('too-many-refs', `It holds ${refs.size} refs; at most ${intakeLimits.refs} are taken.`)
  requirePack(bundle.subarray(end + 2))
  return { refs }
}

function readLine(line: string, refs: Map<string, string>): void {
  if (line.startsWith('-')) throw new IntakeRefusal('incomplete-bundle', 'It needs commits that are not in it.')
  if (line === '@object-format=sha1') return
  if (line.startsWith('@'))
    throw new IntakeRefusal(
      'bundle-capability',
      'It was made with a filter or another kind of ids, which is not taken.',
    )
  const [, id, ref] = /^([0-9a-f]{40}) (\S{1,200})$/.exec(line) ?? []
  if (id === undefined || ref === undefined)
    throw new IntakeRefusal('not-a-bundle', 'The beginning of the bundle is damaged.')
  refs.set(ref, id)
}

function requirePack(pack: Buffer): void {
  if (pack.length < 32 || pack.toString('latin1', 0, 4) !== 'PACK')
    throw new IntakeRefusal('not-a-bundle', 'The bundle breaks off after its beginning.')
  const objects = pack.readUInt32BE(8)
  if (objects > intakeLimits.objects)
    throw new IntakeRefusal(
      'too-many-objects',
      `It holds ${objects} objects of git; at most ${intakeLimits.objects} are taken.`,
    )
}
