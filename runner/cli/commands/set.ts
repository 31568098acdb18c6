import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { metContent } from '../../adapters/files/content-hash.ts'
import { writeAtomic } from '../../adapters/files/late-packages.ts'
import { writing } from '../../adapters/files/writing.ts'
import { fetchSet } from '../../adapters/intake/fetch-set.ts'
import { readSetFile } from '../../adapters/store/set-file.ts'
import { readUsedSet, writeUsedSet, type UsedSet } from '../../adapters/store/used-set.ts'
import { checkSet, newSet } from '../../app/sets.ts'
import { nearest } from '../../domain/exercise/catalog.ts'
import { formatProblem } from '../../domain/decode.ts'
import { bestOf, stateOf } from '../../domain/progress/progress.ts'
import { setJsonSchema } from '../../domain/sets/set-json-schema.ts'
import { setTimes, type ExerciseSet } from '../../domain/sets/set.ts'
import { commandLine } from '../../errors/command-line.ts'
import { RunnerError } from '../../errors/runner-error.ts'
import { stateWithBest } from '../../ui/terminal/list.ts'
import { renderNoSet, renderSet, renderSetCheck, renderSetMade } from '../../ui/terminal/set.ts'
import type { Answer, Command, Input } from '../command.ts'
import type { Context } from '../context.ts'
import { shortPath } from '../short-path.ts'

const actions = { new: makeSet, check, use, show, schema } satisfies Record<
  string,
  (context: Context, input: Input) => Answer | Promise<Answer>
>

export const set: Command = {
  summary: 'Makes, checks, shows or uses a set: exercises given out together, in order and with rules.',
  usage: 'show | use <file|id|URL|git|none> | check <file> | new <id> <slug> … [--name N] | schema',
  details: [
    'show     the set in use, or the one of a file: show <file>',
    'use      next follows it from now on: a file, a ready-made one (exercises/sets/), https://…, or a git',
    '         address with the file behind # (…/course.git#week-1.json); none goes back to the catalog',
    'check    is the file sound, and are its exercises still what they were?',
    'new      writes <id>.json into the folder you are in',
    'schema   the JSON Schema of set files, for editors',
  ],
  options: { name: { type: 'string' } },
  words: 300,
  run: async (context, input) => {
    const [word = 'show'] = input.words
    const action = Object.hasOwn(actions, word) ? actions[word as keyof typeof actions] : null
    if (action) return action(context, { ...input, words: input.words.slice(1) })
    const near = nearest(word, Object.keys(actions))
    const problem = `is none of ${Object.keys(actions).join(', ')}${near === null ? '' : `; did you mean "${near}"?`}`
    throw new RunnerError('option-value', { command: 'set', kind: 'subcommand', option: word, problem })
  },
}

async function makeSet(context: Context, { words, options }: Input): Promise<Answer> {
  const [id, ...slugs] = words
  if (id === undefined || slugs.length === 0)
    throw new RunnerError('option-value', {
      command: 'set',
      kind: 'subcommand',
      option: 'new',
      problem: 'needs an id and at least one exercise',
    })
  const made = newSet({ id, name: (options['name'] as string | undefined) ?? null, slugs }, context.catalog(), (slug) =>
    contentOf(context, slug),
  )
  const path = join(context.settings.startedIn, `${id}.json`)
  if (existsSync(path)) throw new RunnerError('set-exists', { path })
  await writing(path, () => writeAtomic(path, `${JSON.stringify(made, null, 2)}\n`))
  const file = shortPath(context.settings.startedIn, path)
  return {
    exitCode: 0,
    json: { path, set: made, next: commandLine('set', 'check', file) },
    text: renderSetMade(file, slugs.length),
  }
}

function check(context: Context, { words }: Input): Answer {
  const path = fileOf(context, words, 'check')
  const read = readSetFile(path)
  const { remarks } = requireUsable(context, path, read)
  return {
    exitCode: 0,
    json: { path, id: read.id, version: read.version, exercises: read.exercises.length, remarks },
    text: renderSetCheck(shortPath(context.settings.startedIn, path), read, remarks, context.settings),
  }
}

async function use(context: Context, { words }: Input): Promise<Answer> {
  const [source] = words
  if (source === undefined)
    throw new RunnerError('option-value', {
      command: 'set',
      kind: 'subcommand',
      option: 'use',
      problem: 'needs a file, the id of a ready-made set, an address, or none',
    })
  const { workspace, startedIn, root } = context.settings
  const before = usedBefore(workspace)
  const usedAt = context.clock.now().toISOString()
  if (source === 'none') {
    writeUsedSet(workspace, { formatVersion: 1, set: null, source: '', usedAt, learner: before?.learner ?? null })
    return {
      exitCode: 0,
      json: { set: null, next: commandLine('next') },
      text: renderNoSet(),
    }
  }
  const read = await fetchSet(source, { startedIn, readyMade: join(root, 'exercises', 'sets') })
  const { remarks } = requireUsable(context, source, read)
  writeUsedSet(workspace, { formatVersion: 1, set: read, source, usedAt, learner: before?.learner ?? null })
  return setAnswer(context, read, remarks)
}

/** A file that cannot be read must not keep anybody from using another set. */
function usedBefore(workspace: string): UsedSet | null {
  try {
    return readUsedSet(workspace)
  } catch {
    return null
  }
}

function show(context: Context, { words }: Input): Answer {
  const asked = words[0] === undefined ? context.usedSet() : readSetFile(fileOf(context, words, 'show'))
  if (!asked) throw new RunnerError('no-set-in-use')
  return setAnswer(context, asked, [])
}

function schema(): Answer {
  return { exitCode: 0, json: setJsonSchema(), text: JSON.stringify(setJsonSchema(), null, 2) }
}

function setAnswer(context: Context, set: ExerciseSet, remarks: readonly string[]): Answer {
  const progress = context.store.load()
  const { bySlug } = context.catalog()
  const rows = set.exercises.map(({ slug, group = '', weight }) => {
    const exercise = bySlug.get(slug)
    const state = exercise ? stateOf(progress, slug) : 'not in this catalog'
    return {
      slug,
      group,
      weight,
      state,
      best: bestOf(progress, slug),
      remark: exercise
        ? `${String(exercise.minutes).padStart(3)} min   ${stateWithBest(state, bestOf(progress, slug))}`
        : state,
    }
  })
  const exercises = rows.map(({ slug, group, weight, state, best }) => ({
    slug,
    group: group === '' ? null : group,
    weight,
    state,
    best,
  }))
  const { id, name, version, passMark, late, rules } = set
  return {
    exitCode: 0,
    json: { id, name, version, ...setTimes(set), passMark, late, rules, exercises, remarks, next: commandLine('next') },
    text: renderSet(set, rows, commandLine('next'), context.settings),
  }
}

function requireUsable(context: Context, path: string, read: ExerciseSet) {
  const report = checkSet(path, read, context.catalog(), (slug) => contentOf(context, slug))
  if (report.problems.length === 0) return report
  throw new RunnerError('set-invalid', {
    path,
    problems: report.problems.map((p) => `  ${formatProblem(p)}`).join('\n'),
  })
}

function contentOf(context: Context, slug: string): string {
  const exercise = context.catalog().bySlug.get(slug)
  if (!exercise) throw new RunnerError('unknown-exercise', { slug })
  return metContent(context.settings.root, exercise.folder)
}

function fileOf(context: Context, [file]: readonly string[], action: string): string {
  if (file === undefined)
    throw new RunnerError('option-value', {
      command: 'set',
      kind: 'subcommand',
      option: action,
      problem: 'needs a file',
    })
  return resolve(context.settings.startedIn, file)
}
