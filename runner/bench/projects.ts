import type { ChildProcess } from 'node:child_process'
import { cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { areaIds, type AreaId } from '../domain/exercise/exercise.ts'
import type { Kind } from './edits.ts'
import { areas, exerciseFiles, manifestOf, slugOf, standAloneFolder, suiteOf } from './materials.ts'
import type { Ended, Playground } from './playground.ts'

/** A whole Backend Gym in a temporary folder: the real runner and packages, exercises of ours. */
export interface GymProject {
  root: string
  /** Runs a command as npm would start it; throws when it ends with an exit code that is not among `codes`. */
  gym: (args: readonly string[], codes?: readonly number[]) => Promise<Ended>
  start: (args: readonly string[], nodeFlags?: readonly string[], env?: Record<string, string>) => ChildProcess
}

export interface ProjectSource {
  playground: Playground
  /** The project whose runner is measured. */
  root: string
}

export function makeGymProject({ playground, root: source }: ProjectSource, files: Record<string, string>): GymProject {
  const root = playground.folder()
  for (const path of ['runner', 'templates', 'package.json', 'tsconfig.json'])
    cpSync(join(source, path), join(root, path), { recursive: true })
  // The lockfile is the same file, so that nothing takes the packages for those of another one.
  for (const path of ['node_modules', 'package-lock.json']) symlinkSync(join(source, path), join(root, path))
  mkdirSync(join(root, '.cache'))
  writeAll(root, files)
  const start: GymProject['start'] = (args, flags = [], env = {}) =>
    playground.start([process.execPath, ...flags, 'runner/bootstrap.mjs', ...args], { cwd: root, env })
  const gym: GymProject['gym'] = async (args, codes = [0]) => {
    const ended = await playground.run([process.execPath, 'runner/bootstrap.mjs', ...args], { cwd: root })
    return expectCode(ended, codes, args.join(' '))
  }
  return { root, gym, start }
}

export function expectCode(ended: Ended, codes: readonly number[], what: string): Ended {
  if (codes.includes(ended.code ?? -1)) return ended
  throw new Error(`${what}: exit code ${ended.code}\n${ended.stdout.slice(-1_000)}${ended.stderr.slice(-1_000)}`)
}

/** The two exercises, and as many copies of both as asked for under numbered slugs. */
export function benchExercises(copies = 0): Record<string, string> {
  const numbers = Array.from({ length: copies }, (_, i) => i + 1)
  const kinds: Kind[] = ['module', 'http']
  const slugs = (kind: Kind): string[] => [slugOf(kind), ...numbers.map((n) => copyOf(kind, n))]
  const files = kinds.flatMap((kind) => slugs(kind).map((slug) => exerciseFiles(kind, slug)))
  return Object.assign({}, ...files, ...kinds.map((kind) => areaFile(areas[kind], slugs(kind)))) as Record<
    string,
    string
  >
}

export const copyOf = (kind: Kind, n: number): string => `${slugOf(kind)}-${String(n).padStart(2, '0')}`

export const areaFile = (area: AreaId, slugs: readonly string[]): Record<string, string> => ({
  [`exercises/${area}/area.json`]: JSON.stringify({ title: area, summary: 'Made by bench', exercises: slugs }),
})

/** A catalog of `count` exercises over all areas. Only the first one, which `next` picks, is more than a manifest. */
export function largeCatalog(count: number): Record<string, string> {
  const files: Record<string, string> = {}
  const slugs = new Map<AreaId, string[]>(areaIds.map((area) => [area, []]))
  slugs.get(areas.module)?.push(slugOf('module'))
  for (let n = 1; n < count; n++) {
    const area = areaIds[n % areaIds.length] as AreaId
    const own = slugs.get(area) ?? []
    const slug = `bench-list-${n}`
    // Each third exercise rests on the one before it, as real ones do.
    const requires = n % 3 === 0 ? own.slice(-1) : []
    own.push(slug)
    files[`exercises/${area}/${slug}/exercise.json`] = JSON.stringify({ ...manifestOf('module'), slug, requires })
  }
  const listed = [...slugs].map(([area, own]) => areaFile(area, own))
  return Object.assign(files, exerciseFiles('module', slugOf('module')), ...listed) as Record<string, string>
}

/** The same suite for vitest alone, with a plain harness of its own (material/stand-alone). */
export function makeStandAlone({ playground, root: source }: ProjectSource, kind: Kind): string {
  const root = playground.folder()
  cpSync(standAloneFolder, root, { recursive: true })
  symlinkSync(join(source, 'node_modules'), join(root, 'node_modules'))
  writeAll(root, {
    'package.json': '{ "private": true, "type": "module" }',
    [`suite/${slugOf(kind)}.test.ts`]: suiteOf(kind),
  })
  return root
}

export const vitestCommand = (...args: string[]): string[] => [
  process.execPath,
  'node_modules/vitest/vitest.mjs',
  ...args,
]

function writeAll(root: string, files: Record<string, string>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
}
