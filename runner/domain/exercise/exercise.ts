import * as v from 'valibot'

/** The manifest of an exercise (docs/authoring.md): one source for types, decoding and the published JSON Schema. */

export const languages = ['ts', 'py', 'java', 'rb', 'sql', 'git', 'docker', 'json', 'yaml'] as const
export type Language = (typeof languages)[number]

const drivers = ['stdio', 'http', 'module', 'sql', 'git', 'mutants', 'config', 'artefact'] as const

export const areaIds = [
  'languages',
  'databases',
  'frameworks',
  'api',
  'version-control',
  'security',
  'testing',
  'cloud',
] as const
export type AreaId = (typeof areaIds)[number]

export const serviceIds = ['postgres', 'redis', 'mysql', 'mongodb', 'azurite'] as const
export type ServiceId = (typeof serviceIds)[number]

/**
 * What a server must be able to do beyond what every one of its kind can; `mongodb:` and a feature of
 * decisions/0004-mongodb.md.
 */
const features = [
  'mongodb:transactions',
  'mongodb:change-streams',
  'mongodb:validation',
  'mongodb:collation',
  'mongodb:text-search',
  'mongodb:explain',
  'mongodb:update-pipelines',
  'mongodb:partial-indexes',
  'mongodb:full-aggregation',
] as const
export type Feature = (typeof features)[number]

const packIds = [
  'junit',
  'python-django',
  'java-spring',
  'ruby',
  'graphql',
  'azurite',
  'aws-cdk',
  'redis',
  'mysql',
  'mongodb',
] as const
export type PackId = (typeof packIds)[number]

/** The systems of the field's map that an exercise may claim to practise. */
const systems = [
  'node',
  'python',
  'java',
  'ruby',
  'postgresql',
  'mysql',
  'mongodb',
  'redis',
  'express',
  'django',
  'spring',
  'rest',
  'graphql',
  'git',
  'encryption',
  'authentication',
  'authorization',
  'secure coding',
  'unit tests',
  'debugging tools',
  'aws',
  'azure',
  'google cloud',
  'backend gym',
] as const

const slugPattern = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/

/** `true` for lower-case words of letters and digits joined by single hyphens, at most 40 characters. */
export const isSlug = (text: string): boolean => text.length <= 40 && slugPattern.test(text)

const slug = v.pipe(v.string(), v.check(isSlug, 'must be lower-case words joined by hyphens, at most 40 characters'))
const sentence = v.pipe(v.string(), v.trim(), v.minLength(3))
const caseId = v.pipe(v.string(), v.regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'must be lower-case words joined by hyphens'))

const group = v.strictObject({
  id: v.pipe(v.string(), v.minLength(2)),
  /** Points of 100. */
  weight: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(100)),
  /** `true`: every case of this group is a gate. */
  gate: v.optional(v.boolean()),
  /** The most points in total that remain when a gate of this group fails. */
  cap: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(79))),
})

export const manifestSchema = v.strictObject({
  formatVersion: v.literal(1),
  slug,
  title: sentence,
  summary: sentence,
  difficulty: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(5)),
  /** Learner's time for the first language, in minutes. */
  minutes: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(60)),
  objectives: v.pipe(v.array(sentence), v.minLength(1)),
  outOfScope: v.array(sentence),
  systems: v.pipe(v.array(v.picklist(systems)), v.minLength(1)),
  driver: v.picklist(drivers),
  languages: v.pipe(
    v.record(v.picklist(languages), v.strictObject({ template: v.string(), entry: v.optional(v.string()) })),
    v.check((value) => Object.keys(value).length > 0, 'must name at least one language'),
  ),
  services: v.array(v.picklist(serviceIds)),
  /** Where a server lacks one of these, the exercise is not run, and the reason is told. */
  needs: v.optional(v.array(v.picklist(features))),
  packs: v.array(v.picklist(packIds)),
  firstRed: caseId,
  requires: v.array(slug),
  groups: v.pipe(
    v.array(group),
    v.minLength(1),
    v.check((gs) => gs.reduce((sum, g) => sum + g.weight, 0) === 100, 'the weights must sum to 100'),
    v.check((gs) => new Set(gs.map((g) => g.id)).size === gs.length, 'a group id stands twice'),
  ),
  /** Requirements with a single clause: one wrong answer is enough to prove that they are covered. */
  oneClause: v.optional(v.array(v.pipe(v.number(), v.integer(), v.minValue(1)))),
  /** Time for one run of the whole suite with services warm, in milliseconds. */
  budgetMs: v.pipe(v.number(), v.integer(), v.minValue(1000), v.maxValue(120_000)),
  status: v.picklist(['active', 'deprecated']),
})

export type Manifest = v.InferOutput<typeof manifestSchema>
export type Group = Manifest['groups'][number]

export const areaSchema = v.strictObject({ title: sentence, summary: sentence, exercises: v.array(slug) })
export type AreaManifest = v.InferOutput<typeof areaSchema>

/**
 * How the learner's program is built and started; always read from the catalog, never from the workspace.
 * `run[0]` and `build[0]` name a toolchain command (node, python, java, javac, ruby, docker), never a path.
 */
export const runSchema = v.strictObject({
  build: v.optional(v.pipe(v.array(v.string()), v.minLength(1))),
  run: v.pipe(v.array(v.string()), v.minLength(1)),
  /** An HTTP program is ready when its port accepts a connection. */
  ready: v.optional(v.literal('port')),
  stop: v.optional(v.picklist(['SIGTERM', 'SIGINT'])),
  env: v.optional(v.record(v.string(), v.string())),
  /** Heap the runtime may use, in MB (node and java flags); the harness's memory cases rely on it. */
  heapMb: v.optional(v.pipe(v.number(), v.integer(), v.minValue(16))),
})
export type RunRecipe = v.InferOutput<typeof runSchema>

/** One exercise as the catalog holds it: its manifest and the place of its files. */
export interface Exercise extends Manifest {
  area: AreaId
  /** Absolute path of exercises/<area>/<slug>. */
  folder: string
}

/** The languages an exercise exists in, in the manifest's order. */
export const languagesOf = (exercise: Pick<Exercise, 'languages'>): Language[] =>
  Object.keys(exercise.languages) as Language[]

const languageNames: Record<Language, string> = {
  ts: 'TypeScript',
  py: 'Python',
  java: 'Java',
  rb: 'Ruby',
  sql: 'SQL',
  git: 'Git',
  docker: 'Docker',
  json: 'JSON',
  yaml: 'YAML',
}

export const languageName = (language: Language): string => languageNames[language]
