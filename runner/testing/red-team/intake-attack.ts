import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { devNull } from 'node:os'
import { dirname, join } from 'node:path'

/**
 * One hostile submission, for the intake of any grader: a function that makes it, and what has to come of it. What a
 * file of this folder exports as `intakeAttacks` is run by intake.test.ts.
 */
export interface IntakeAttack {
  /** `R23` … `R28`; permanent. */
  id: string
  title: string
  /** Makes the submission at `place` (a file or a folder), or returns the address of the remote it is. */
  make: (place: string, traps: Traps) => string | void
  /** Name of the rule by which it is rejected, or the file left out; null where it is taken as if nothing were there. */
  rule: string | null
  /** Files that are taken where it is not rejected. */
  taken?: readonly string[]
}

export interface Traps {
  /** Comes into being when anything of the submission is run. */
  ran: string
  /** A file outside of the submission whose text must never be in what is kept. */
  secret: string
}

/** The exercise that the attacks hand in, in TypeScript. */
export const attackedSlug = 'money-split'
export const honestFile = { path: 'src/main.ts', text: 'export const honest = true\n' }

export function write(place: string, files: Record<string, string | Buffer>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(place, path)), { recursive: true })
    writeFileSync(join(place, path), content)
  }
}

/** A folder as a learner would hand it in, and what is added to it. */
export function workspace(place: string, more: Record<string, string | Buffer> = {}): string {
  const folder = join(place, attackedSlug)
  write(folder, {
    '.exercise.json': JSON.stringify({ formatVersion: 1, slug: attackedSlug, language: 'ts' }),
    [honestFile.path]: honestFile.text,
    ...more,
  })
  return folder
}

export const git = (repository: string, args: readonly string[], input: string | Buffer = ''): string =>
  gitBytes(repository, args, input).toString('latin1').trim()

function gitBytes(repository: string, args: readonly string[], input: string | Buffer): Buffer {
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: repository,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: devNull,
    GIT_DIR: repository,
    GIT_ALLOW_PROTOCOL: 'file',
  }
  const options = ['-c', 'core.protectNTFS=false', '-c', 'core.protectHFS=false', '-c', 'gc.auto=0']
  return execFileSync('git', [...options, ...args], {
    cwd: repository,
    env,
    input,
    stdio: ['pipe', 'pipe', 'pipe'],
    maxBuffer: 64 * 1024 * 1024,
  })
}

export function emptyRepository(place: string): string {
  for (const name of ['objects/pack', 'refs/heads']) mkdirSync(join(place, name), { recursive: true })
  writeFileSync(join(place, 'HEAD'), 'ref: refs/heads/main\n')
  writeFileSync(join(place, 'config'), '[core]\n\trepositoryformatversion = 0\n\tbare = true\n')
  return place
}

export const blob = (repository: string, content: string | Buffer): string =>
  git(repository, ['hash-object', '-w', '--stdin'], content)

export interface TreeItem {
  mode: string
  /** Bytes as latin1: git knows names as bytes. */
  name: string
  id: string
}

/** A tree with any names and modes: git itself would refuse many of them. */
export function rawTree(repository: string, items: readonly TreeItem[]): string {
  const parts = items.map(({ mode, name, id }) =>
    Buffer.concat([Buffer.from(`${mode} ${name}\0`, 'latin1'), Buffer.from(id, 'hex')]),
  )
  return git(repository, ['hash-object', '-w', '-t', 'tree', '--literally', '--stdin'], Buffer.concat(parts))
}

export function commit(repository: string, tree: string, seconds = 1_770_000_000): string {
  const text = `tree ${tree}\nauthor L <l@example.org> ${seconds} +0000\ncommitter L <l@example.org> ${seconds} +0000\n\n#1 check\n`
  return git(repository, ['hash-object', '-w', '-t', 'commit', '--literally', '--stdin'], text)
}

/** A bundle whose state of the exercise has this tree. */
export function bundleOf(place: string, build: (repository: string) => string): void {
  const repository = emptyRepository(`${place}.making`)
  const id = commit(repository, build(repository))
  // Put together by hand: git makes no bundle of a tree that it finds wrong.
  const objects = git(repository, ['cat-file', '--batch-all-objects', '--batch-check=%(objectname)'])
  const receipt = existsSync(join(repository, receiptPlace))
    ? `${readFileSync(join(repository, receiptPlace), 'utf8').trim()} ${receiptPlace}\n`
    : ''
  const pack = gitBytes(repository, ['pack-objects', '--quiet', '--stdout'], `${objects}\n`)
  writeFileSync(
    place,
    Buffer.concat([Buffer.from(`# v2 git bundle\n${receipt}${id} refs/gym/work/${attackedSlug}@ts\n\n`), pack]),
  )
}

const receiptPlace = 'refs/gym/receipt'

/** A tree with the honest file and more beside it, in git's order of names. */
export function treeWith(repository: string, more: readonly TreeItem[]): string {
  const source = rawTree(repository, [{ mode: '100644', name: 'main.ts', id: blob(repository, honestFile.text) }])
  return rawTree(
    repository,
    [...more, { mode: '40000', name: 'src', id: source }].sort((a, b) => (a.name < b.name ? -1 : 1)),
  )
}
