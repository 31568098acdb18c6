import * as v from 'valibot'

/** repository.json of a git exercise: the steps that make the repository in repo/, and the bare ones in remotes/. */

/** It must name a time zone; else the commit's id would depend on the machine's. */
const date = v.pipe(
  v.string(),
  v.regex(
    /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)$/,
    'must be a date with a time and a time zone, as 2026-03-02T10:00:00+01:00',
  ),
)
const person = { name: v.string(), email: v.string() }
const identity = v.strictObject({ ...person, date })
export type Identity = v.InferOutput<typeof identity>

/** A list is lines, each of which ends in a line feed. */
const text = v.pipe(
  v.union([v.string(), v.array(v.string())]),
  v.transform((value) => (typeof value === 'string' ? value : value.map((line) => `${line}\n`).join(''))),
)
const file = { path: v.string(), text, executable: v.optional(v.boolean()) }
/** `from` stands in the file exactly once. */
const edit = { path: v.string(), from: text, to: text }

const count = (min: number, max: number) => v.pipe(v.number(), v.integer(), v.minValue(min), v.maxValue(max))

/** A commit of a history that is not left to chance. */
const told = v.strictObject({
  /** Its place among the commits of the step, from 1. */
  at: count(1, 10_000),
  message: v.string(),
  write: v.optional(v.array(v.strictObject(file)), []),
  edit: v.optional(v.array(v.strictObject(edit)), []),
  remove: v.optional(v.array(v.string()), []),
  tag: v.optional(v.string()),
})

/** Many commits on the current branch, alike on every machine; the files must be as in its last commit. */
const history = v.strictObject({
  step: v.literal('history'),
  seed: count(0, 0xffff_ffff),
  count: count(1, 10_000),
  /** Date of the first commit; the others follow `minutes` apart, on average. */
  from: date,
  minutes: v.optional(count(1, 1_000_000), 180),
  authors: v.pipe(v.array(v.strictObject(person)), v.minLength(1)),
  commits: v.optional(v.array(told), []),
  /** What all other commits do: each picks one of these and adds a line to its file. `{word}` is filled in. */
  noise: v.pipe(v.array(v.strictObject({ message: v.string(), path: v.string(), line: v.string() })), v.minLength(1)),
  /** Choices for the words in braces; `{n}` is a number from 1 to 99. */
  words: v.optional(v.record(v.string(), v.pipe(v.array(v.string()), v.minLength(1))), {}),
})
export type History = v.InferOutput<typeof history>

const remoteName = v.pipe(v.string(), v.regex(/^[a-z][a-z0-9-]*$/, 'must be lower-case letters, digits and hyphens'))

/** What a person does in a clone. */
const work = [
  v.strictObject({ step: v.literal('write'), ...file }),
  v.strictObject({ step: v.literal('edit'), ...edit }),
  v.strictObject({ step: v.literal('remove'), path: v.string() }),
  v.strictObject({ step: v.literal('stage'), paths: v.array(v.string()) }),
  v.strictObject({ step: v.literal('commit'), message: v.string(), author: identity }),
  history,
  /** A new branch at HEAD or `at`; with `checkout` also an existing one, which is moved there. */
  v.strictObject({
    step: v.literal('branch'),
    name: v.string(),
    at: v.optional(v.string()),
    checkout: v.optional(v.boolean()),
  }),
  /** An existing branch, a branch of a remote, or a commit. */
  v.strictObject({ step: v.literal('switch'), to: v.string() }),
  v.strictObject({ step: v.literal('reset'), to: v.string() }),
  /** Annotated when it has a message. */
  v.strictObject({
    step: v.literal('tag'),
    name: v.string(),
    at: v.optional(v.string()),
    message: v.optional(v.string()),
    author: v.optional(identity),
  }),
  /** Always a commit with two parents. `resolve`: the files as they are to be where git finds a conflict. */
  v.strictObject({
    step: v.literal('merge'),
    branch: v.string(),
    message: v.string(),
    author: identity,
    resolve: v.optional(v.array(v.strictObject(file)), []),
  }),
  v.strictObject({ step: v.literal('config'), key: v.string(), value: v.string() }),
  v.strictObject({
    step: v.literal('push'),
    remote: v.optional(remoteName, 'origin'),
    refs: v.pipe(v.array(v.string()), v.minLength(1)),
    force: v.optional(v.boolean(), false),
  }),
  v.strictObject({ step: v.literal('fetch'), remote: v.optional(remoteName, 'origin') }),
] as const

export const repositorySchema = v.strictObject({
  branch: v.optional(v.string(), 'main'),
  steps: v.array(
    v.variant('step', [
      ...work,
      /** A bare repository remotes/<name>.git beside repo/, and the remote that leads to it. */
      v.strictObject({ step: v.literal('remote'), name: v.optional(remoteName, 'origin') }),
      /** Somebody else clones the remote, works and pushes: repo/ knows nothing of it. */
      v.strictObject({
        step: v.literal('colleague'),
        remote: v.optional(remoteName, 'origin'),
        steps: v.array(v.variant('step', work)),
      }),
    ]),
  ),
})
export type Step = v.InferOutput<typeof repositorySchema>['steps'][number]
