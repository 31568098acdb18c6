import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pathProblem } from '../../domain/submission/submission-paths.ts'
import type { ExerciseSet } from '../../domain/sets/set.ts'
import { RunnerError } from '../../errors/runner-error.ts'
import { mostSetBytes, parseSet, readSetFile } from '../store/set-file.ts'
import { IntakeRefusal } from './refusal.ts'
import { parseRemote, type Remote } from './remote.ts'
import { inBareRepository } from './read-repository.ts'
import { soundGit } from './safe-git.ts'

const fetchMs = 30_000

/** Where sets are looked for by their bare name. */
export interface SetPlaces {
  startedIn: string
  readyMade: string
}

/**
 * The set that a learner names: a file, the id of a ready-made one, an https address, or a git address with the file's
 * path behind `#` (set.json without one). Only what is named is asked for over the network.
 */
export async function fetchSet(text: string, { startedIn, readyMade }: SetPlaces): Promise<ExerciseSet> {
  if (isGitAddress(text)) return fromGit(text, startedIn)
  if (text.startsWith('https://')) return parseSet(text, await download(text))
  const file = join(startedIn, text)
  const path = text.startsWith('/') ? text : file
  const known = join(readyMade, `${text}.json`)
  return readSetFile(!existsSync(path) && /^[a-z0-9-]+$/.test(text) && existsSync(known) ? known : path)
}

const isGitAddress = (text: string): boolean =>
  /^(ssh|git|file):\/\/|^[\w.-]+@[\w.-]+:|\.git(#|$)|^(https?:\/\/|\/).+#/.test(text)

async function download(address: string): Promise<string> {
  const missing = (reason: string): RunnerError => new RunnerError('set-missing', { path: address, reason })
  try {
    const response = await fetch(address, {
      signal: AbortSignal.timeout(fetchMs),
      headers: { accept: 'application/json' },
    })
    if (!response.ok || !response.url.startsWith('https://')) throw missing(`the server answered ${response.status}`)
    const parts: Buffer[] = []
    let bytes = 0
    for await (const part of response.body ?? []) {
      bytes += part.length
      if (bytes > mostSetBytes) throw missing('it is larger than any set')
      parts.push(Buffer.from(part))
    }
    return Buffer.concat(parts).toString('utf8')
  } catch (error) {
    throw error instanceof RunnerError ? error : missing((error as Error).message)
  }
}

async function fromGit(text: string, startedIn: string): Promise<ExerciseSet> {
  const [address = '', path = 'set.json'] = text.split('#', 2)
  try {
    const problem = pathProblem(path)
    if (problem !== null) throw new IntakeRefusal('odd-name', `the path in it ${problem}`)
    return parseSet(text, await fileFrom(parseRemote(address, startedIn), path))
  } catch (error) {
    if (error instanceof IntakeRefusal) throw new RunnerError('set-missing', { path: text, reason: error.message })
    throw error
  }
}

/** Fetches with the care that a stranger's repository needs: a set may come from anywhere. */
function fileFrom({ address, protocol }: Remote, path: string): Promise<string> {
  return inBareRepository(async (repository) => {
    const call = {
      ...repository,
      protocols: protocol,
      ssh: protocol === 'ssh',
      mostMs: fetchMs,
      mostOutput: mostSetBytes,
    }
    const options = ['--quiet', '--depth=1', '--no-tags', '--no-write-fetch-head', '--no-recurse-submodules']
    await soundGit(
      ['fetch', ...options, '--', address, '+HEAD:refs/gym/set'],
      call,
      'not-sound',
      'git could not fetch it.',
    )
    return (
      await soundGit(['cat-file', 'blob', `refs/gym/set:${path}`], call, 'not-sound', `it holds no file ${path}.`)
    ).toString('utf8')
  })
}
