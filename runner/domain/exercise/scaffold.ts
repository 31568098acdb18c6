import { asWord } from '../../errors/command-line.ts'
import type { AreaId, Language } from './exercise.ts'

export interface PlannedFile {
  /** Relative to the workspace, with forward slashes. */
  to: string
  source: { from: string } | { text: string }
  executable: boolean
}

/** What a workspace will be made of; a value, so that it can be looked at before anything is written. */
export interface ScaffoldPlan {
  slug: string
  language: Language
  /** Absolute path of the workspace to be. */
  folder: string
  files: PlannedFile[]
  /** Absolute path of repository.json, for exercises that hand the learner a git repository in repo/. */
  repository: string | null
}

export interface ScaffoldInput {
  slug: string
  area: AreaId
  language: Language
  title: string
  folder: string
  layers: readonly { folder: string; files: readonly { path: string; executable: boolean }[] }[]
  brief: string
  /** Package manifest of the template, if it has one. */
  packageJson: Record<string, unknown>
  /** The commands a workspace forwards to the project. */
  commands: readonly string[]
  /** The way from the workspace to the runner's folder. */
  runner: string
}

/** Files that speak to the runner and never reach a workspace. */
const runnerFiles = new Set(['run.json', 'template.json', 'repository.json', 'package.json'])

/** Template ⊕ starter + brief + the files that make the folder a workspace; later layers win. */
export function planScaffold(input: ScaffoldInput): ScaffoldPlan {
  const files = new Map<string, PlannedFile>()
  for (const layer of input.layers) {
    for (const file of layer.files.filter((f) => !runnerFiles.has(f.path))) {
      files.set(file.path, {
        to: file.path,
        source: { from: `${layer.folder}/${file.path}` },
        executable: file.executable,
      })
    }
  }
  const generated: [string, string][] = [
    ['README.md', input.brief],
    ['.exercise.json', json({ formatVersion: 1, slug: input.slug, language: input.language })],
    ['package.json', json(workspacePackage(input))],
  ]
  for (const [to, text] of generated) files.set(to, { to, source: { text }, executable: false })
  const repository = input.layers.find((l) => l.files.some((f) => f.path === 'repository.json'))
  // The workspace's own repository leaves the learner's alone; git refuses to add one that has no commit.
  if (repository && !files.has('.gitignore'))
    files.set('.gitignore', { to: '.gitignore', source: { text: 'repo/\nremotes/\n' }, executable: false })
  return {
    slug: input.slug,
    language: input.language,
    folder: input.folder,
    files: [...files.values()].sort((a, b) => (a.to < b.to ? -1 : 1)),
    repository: repository ? `${repository.folder}/repository.json` : null,
  }
}

/** Forwards every command, so that `npm run next` works inside the workspace too. */
function workspacePackage(input: ScaffoldInput): Record<string, unknown> {
  const scripts = Object.fromEntries(
    input.commands.map((name) => [name, `node ${asWord(`${input.runner}/bootstrap.mjs`)} ${name}`]),
  )
  return { name: input.slug, private: true, type: 'module', ...input.packageJson, scripts }
}

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`

/** Of the names or paths in a workspace: nothing that anybody works on is left, as after `rm -rf *`, which spares what begins with a dot. */
export const isEmptied = (paths: Iterable<string>): boolean => [...paths].every((path) => path.startsWith('.'))
