import { RunnerError } from '../../errors/runner-error.ts'
import type { History } from './build-repository-recipe.ts'

/** The content of a file before the history, or null when there is none. */
type FileBefore = (path: string) => { text: string; executable: boolean } | null

interface Change {
  path: string
  /** null removes the file. */
  file: { text: string; executable: boolean } | null
}

/** One commit, decided; a value, so that git gets all of them in one stream. */
export interface PlannedCommit {
  message: string
  author: { name: string; email: string }
  /** Seconds since 1970 and the zone, as git writes them. */
  date: string
  changes: Change[]
  tag: string | null
}

/** Decides every commit of a `history` step: those that are told, and noise drawn from the seed between them. */
export function planHistory(step: History, before: FileBefore): PlannedCommit[] {
  const told = new Map(step.commits.map((commit) => [commit.at, commit]))
  if (told.size < step.commits.length) throw invalid('two commits have the same "at"')
  if (step.commits.some((commit) => commit.at > step.count))
    throw invalid(`a commit stands behind the last one, ${step.count}`)
  const draw = drawsFrom(step.seed)
  const files = filesAfter(before)
  let seconds = Date.parse(step.from) / 1000
  return Array.from({ length: step.count }, (_, i) => {
    if (i > 0) seconds += 60 * (1 + draw(2 * step.minutes - 1))
    const author = step.authors[draw(step.authors.length)] as { name: string; email: string }
    const commit = told.get(i + 1)
    // Drawn for told commits too: to move one leaves the others as they are.
    const noise = noiseOf(step, draw)
    const changes = commit ? changesOf(commit, files) : [files.append(noise.path, noise.line)]
    return {
      message: commit?.message ?? noise.message,
      author,
      date: `${seconds} ${zoneOf(step.from)}`,
      changes,
      tag: commit?.tag ?? null,
    }
  })
}

type Told = History['commits'][number]

function changesOf(commit: Told, files: ReturnType<typeof filesAfter>): Change[] {
  return [
    ...commit.write.map(({ path, text, executable = false }) => files.set(path, { text, executable })),
    ...commit.edit.map(({ path, from, to }) => files.edit(path, from, to)),
    ...commit.remove.map((path) => files.set(path, null)),
  ]
}

/** The files as the commits so far have left them. */
function filesAfter(before: FileBefore) {
  const files = new Map<string, Change['file']>()
  const get = (path: string): Change['file'] => (files.has(path) ? (files.get(path) ?? null) : before(path))
  const set = (path: string, file: Change['file']): Change => {
    files.set(path, file)
    return { path, file }
  }
  return {
    set,
    edit: (path: string, from: string, to: string) => {
      const file = get(path)
      if (file === null) throw invalid(`${path} is edited before it exists`)
      return set(path, { ...file, text: replaceOnce(path, file.text, from, to) })
    },
    append: (path: string, line: string) => {
      const { text, executable } = get(path) ?? { text: '', executable: false }
      return set(path, { text: `${text}${line}\n`, executable })
    },
  }
}

/** @throws when the text to be replaced does not stand there exactly once */
export function replaceOnce(path: string, text: string, from: string, to: string): string {
  const parts = text.split(from)
  if (parts.length !== 2)
    throw invalid(`${path} holds ${parts.length - 1} times what is to be edited: ${JSON.stringify(from)}`)
  return parts.join(to)
}

function noiseOf(step: History, draw: (below: number) => number): History['noise'][number] {
  const { message, path, line } = step.noise[draw(step.noise.length)] as History['noise'][number]
  const words = new Map<string, string>([['n', String(1 + draw(99))]])
  for (const [name, choices] of Object.entries(step.words)) words.set(name, choices[draw(choices.length)] as string)
  const filled = (template: string): string =>
    template.replaceAll(/\{(\w+)\}/g, (whole, name: string) => words.get(name) ?? whole)
  return { message: filled(message), path: filled(path), line: filled(line) }
}

/** A seeded generator (mulberry32, public domain): whole numbers from 0, below a bound. */
function drawsFrom(seed: number): (below: number) => number {
  let state = seed >>> 0
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 4294967296) * below)
  }
}

const zoneOf = (date: string): string => (date.endsWith('Z') ? '+0000' : date.slice(-6).replace(':', ''))

const invalid = (problem: string): RunnerError =>
  new RunnerError('content-invalid', { problems: `repository.json: ${problem}` })

/** The commits as `git fast-import` reads them: hundreds of them cost one process. */
export function importStream(commits: readonly PlannedCommit[], branch: string, parent: string | null): Buffer {
  const parts = commits.flatMap(({ message, author, date, changes, tag }, i) => {
    const who = `${author.name} <${author.email}> ${date}`
    const from = i === 0 ? parent : `:${i}`
    return [
      `commit ${branch}\nmark :${i + 1}\nauthor ${who}\ncommitter ${who}\n${data(message)}`,
      ...(from === null ? [] : [`from ${from}\n`]),
      ...changes.map(({ path, file }) =>
        file === null
          ? `D ${JSON.stringify(path)}\n`
          : `M ${file.executable ? '100755' : '100644'} inline ${JSON.stringify(path)}\n${data(file.text)}`,
      ),
      ...(tag === null ? [] : [`reset refs/tags/${tag}\nfrom :${i + 1}\n\n`]),
    ]
  })
  return Buffer.from(parts.join(''))
}

const data = (text: string): string => `data ${Buffer.byteLength(text)}\n${text}\n`
