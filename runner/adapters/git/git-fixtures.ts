import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { lstatSync, readFileSync, readdirSync, readlinkSync } from 'node:fs'
import { devNull, tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished, vi } from 'vitest'
import { sha256Of } from '../files/hash.ts'
import { writeFiles } from '../../testing/write-files.ts'
import { initWorkspaceRepository } from '../repositories/workspace-repository.ts'

export { writeFiles }

/** A folder of this test alone, gone when it ends. */
export function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'git adapter ü-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** A workspace with a store beside it, as the runner lays them out. */
export function makePlace(files: Record<string, string> = {}): { workspace: string; store: string } {
  const root = makeFolder()
  const store = join(root, '.snapshots', 'first-exercise.git')
  const place = { workspace: join(root, 'first-exercise'), store }
  mkdirSync(place.workspace)
  writeFiles(place.workspace, files)
  return place
}

export function writeScript(path: string, body: string): void {
  writeFileSync(path, `#!/bin/sh\n${body}\n`)
  chmodSync(path, 0o755)
}

/** A folder with files, and no repository yet. */
export function makeWorkspace(files: Record<string, string> = { 'README.md': 'brief\n' }): string {
  const folder = makeFolder()
  writeFiles(folder, files)
  return folder
}

/** A workspace with its first commit. */
export async function makeStarted(files: Record<string, string>): Promise<string> {
  const folder = makeWorkspace(files)
  await initWorkspaceRepository(folder, 'pristine starter')
  return folder
}

/** A clone of the project, so to say: a repository that ignores workspace/. */
export function makeOuterRepository(): string {
  const outer = makeWorkspace({ '.gitignore': 'workspace/\n', 'outer.txt': 'outer' })
  git(outer, 'init', '-b', 'main')
  git(outer, 'add', '-A')
  git(outer, 'commit', '-m', 'outer')
  return outer
}

/** git as a learner runs it: with an identity, and without any of our settings. */
export function git(folder: string, ...args: string[]): string {
  const env = {
    PATH: process.env['PATH'],
    HOME: folder,
    GIT_CONFIG_GLOBAL: devNull,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_AUTHOR_NAME: 'Learner',
    GIT_AUTHOR_EMAIL: 'learner@example.org',
    GIT_COMMITTER_NAME: 'Learner',
    GIT_COMMITTER_EMAIL: 'learner@example.org',
  }
  return execFileSync('git', args, { cwd: folder, env, encoding: 'utf8', stdio: 'pipe' }).trim()
}

/** Every file below a folder: its type, executable bit and a hash of its bytes; `.git` only when asked. */
export function fingerprint(folder: string, scope: 'with-git' | 'without-git' = 'without-git') {
  const found: Record<string, string> = {}
  // Names as latin1, one character a byte: those that are not UTF-8 must be found too.
  const root = Buffer.from(`${folder}/`)
  const onDisk = (path: string): Buffer => Buffer.concat([root, Buffer.from(path, 'latin1')])
  const walk = (path: string): void => {
    for (const name of readdirSync(onDisk(path), 'latin1').sort()) {
      if (name === '.git' && scope === 'without-git') continue
      const place = onDisk(`${path}${name}`)
      const stats = lstatSync(place)
      const key = Buffer.from(`${path}${name}`, 'latin1').toString()
      if (stats.isDirectory()) walk(`${path}${name}/`)
      else if (stats.isSymbolicLink()) found[key] = `link to ${readlinkSync(place)}`
      else found[key] = `${(stats.mode & 0o100) === 0 ? 'file' : 'program'} ${sha256Of(readFileSync(place))}`
    }
  }
  walk('')
  return found
}

/**
 * A user's set-up in which every setting gets in the way: a signing program that fails, hooks and templates
 * that leave a trace, another default branch, filters, a HOME full of it. Returns the file the hooks would
 * write.
 */
export function useHostileSetup(): string {
  const home = makeFolder()
  const trace = join(home, 'ran')
  for (const folder of ['hooks', 'template/hooks']) {
    mkdirSync(join(home, folder), { recursive: true })
    const hooks = ['pre-commit', 'post-commit', 'commit-msg', 'post-index-change', 'reference-transaction']
    for (const hook of hooks) writeScript(join(home, folder, hook), `echo ${hook} >> '${trace}'; exit 1`)
  }
  writeScript(join(home, 'trace'), `echo program >> '${trace}'; exit 1`)
  writeFiles(home, { ignore: '*\n', attributes: '* text eol=crlf filter=upper\n' })
  symlinkSync('.', join(home, 'git'))
  writeFileSync(join(home, '.gitconfig'), hostileConfig(home))
  stubEnvironment({
    HOME: home,
    XDG_CONFIG_HOME: home,
    GIT_CONFIG_GLOBAL: join(home, '.gitconfig'),
    GIT_TEMPLATE_DIR: join(home, 'template'),
    GIT_EDITOR: join(home, 'trace'),
    EDITOR: join(home, 'trace'),
    GIT_EXTERNAL_DIFF: join(home, 'trace'),
    EMAIL: 'someone@example.org',
  })
  return trace
}

/** Sets variables, or takes them away with undefined, until the test ends. */
export function stubEnvironment(variables: Record<string, string | undefined>): void {
  onTestFinished(() => void vi.unstubAllEnvs())
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value)
}

function hostileConfig(home: string): string {
  const sections = {
    user: { name: 'Someone', email: 'someone@example.org', signingKey: 'none' },
    gpg: { program: join(home, 'trace') },
    commit: { gpgSign: 'true', template: join(home, 'no-such-file') },
    core: {
      hooksPath: join(home, 'hooks'),
      excludesFile: join(home, 'ignore'),
      attributesFile: join(home, 'attributes'),
      fsmonitor: join(home, 'trace'),
      autocrlf: 'true',
      editor: join(home, 'trace'),
      pager: join(home, 'trace'),
    },
    init: { defaultBranch: 'trunk', templateDir: join(home, 'template') },
    'filter "upper"': { clean: 'tr a-z A-Z', smudge: 'tr a-z A-Z', required: 'true' },
    diff: { external: join(home, 'trace'), noprefix: 'true' },
  }
  const lines = Object.entries(sections).flatMap(([section, settings]) => [
    `[${section}]`,
    ...Object.entries(settings).map(([key, value]) => `\t${key} = "${value}"`),
  ])
  return `${lines.join('\n')}\n`
}
