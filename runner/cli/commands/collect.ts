import { existsSync } from 'node:fs'
import { basename, dirname, resolve } from 'node:path'
import { readRejections, readRoster } from '../../adapters/classroom/class-folder.ts'
import { writing } from '../../adapters/files/writing.ts'
import { readClassSet, writeClassSet, writeRejections, writeRoster } from '../../adapters/classroom/class-files.ts'
import { keepWork } from '../../adapters/classroom/keep-works.ts'
import { readTextFile } from '../../adapters/classroom/text-file.ts'
import { openSubmission } from '../../adapters/intake/open-submission.ts'
import { isFolder, submissionsIn, submissionAt, type FoundSubmission } from '../../adapters/intake/submission-folder.ts'
import { readSetFile } from '../../adapters/store/set-file.ts'
import { collect as collectAll, madeForAnother, wantedOf, type Collected } from '../../app/collect.ts'
import { parseRoster } from '../../domain/class/gradebook-roster.ts'
import type { Learner } from '../../domain/class/grading.ts'
import { withTaken } from '../../domain/class/rejections.ts'
import type { ExerciseSet } from '../../domain/sets/set.ts'
import { commandLine } from '../../errors/command-line.ts'
import { RunnerError } from '../../errors/runner-error.ts'
import { renderCollect } from '../../ui/terminal/collect.ts'
import type { Answer, Command, Input, OptionValues } from '../command.ts'
import type { Context } from '../context.ts'
import { expectedPaths } from '../expected-paths.ts'
import { audit } from '../grading/class-work.ts'
import { shortPath } from '../short-path.ts'
import { sharedIn } from '../shared-states.ts'
import { progressLine } from '../progress-line.ts'

export const collect: Command = {
  summary: 'Takes in what a class handed in, safely, into a class folder. Run again, it adds what is new.',
  usage: '<folder|file|roster.csv> [--class DIR] [--set FILE] [--roster FILE]',
  details: [
    'folder    one bundle, archive (tar, tar.gz, zip) or folder for each learner, named by their id',
    'roster    a CSV with remotes: what was pushed there is fetched',
    '--class   the class folder, made if it is not there; without it the folder you are in',
    '--set     the set file; the first time it is needed, later it is in the class folder',
    '--roster  who is in the class: id,name,email,github,sisId,remote, or an export of GitHub Classroom or Canvas',
  ],
  options: { class: { type: 'string' }, set: { type: 'string' }, roster: { type: 'string' } },
  words: 1,
  run: runCollect,
}

async function runCollect(context: Context, { words, options }: Input): Promise<Answer> {
  const { startedIn } = context.settings
  const [word] = words
  if (word === undefined)
    throw new RunnerError('collect-source', { path: 'nowhere', reason: 'no folder and no roster was named' })
  const from = resolve(startedIn, word)
  const folder = resolve(startedIn, text(options, 'class') ?? '.')
  const set = setOf(options, startedIn, folder)
  const fromRoster = /\.csv$/i.test(from)
  const roster = rosterOf(fromRoster ? from : text(options, 'roster'), startedIn, folder)
  const found = foundIn(from, fromRoster ? roster : null)
  writeClassSet(folder, set)
  if (roster.length > 0) writeRoster(folder, roster)
  const collected = await takeAll(context, { folder, set, roster, found })
  return answer(context, {
    folder,
    from,
    set,
    roster,
    collected,
    remoteless: fromRoster ? roster.filter((l) => l.remote === '') : [],
  })
}

const text = (options: OptionValues, name: string): string | undefined => options[name] as string | undefined

function setOf(options: OptionValues, startedIn: string, folder: string): ExerciseSet {
  const before = readClassSet(folder)
  const file = text(options, 'set')
  const set = file === undefined ? before : readSetFile(resolve(startedIn, file))
  if (!set) {
    const problem = `is needed the first time: ${folder} has no set.json yet`
    throw new RunnerError('option-value', { command: 'collect', option: '--set', problem })
  }
  if (before && before.id !== set.id) {
    const problem = `names the set "${set.id}", and this class folder is of "${before.id}"; use another folder`
    throw new RunnerError('option-value', { command: 'collect', option: '--set', problem })
  }
  return set
}

/** The one that is given, else the one collected with before. */
function rosterOf(file: string | undefined, startedIn: string, folder: string): Learner[] {
  if (file === undefined) return readRoster(folder)
  const path = resolve(startedIn, file)
  if (!existsSync(path)) throw new RunnerError('collect-source', { path, reason: 'there is no such file' })
  const read = parseRoster(readTextFile(path))
  if (read.ok) return read.roster
  throw new RunnerError('roster-invalid', { path, problems: read.problems.map((p) => `  ${p}`).join('\n') })
}

function foundIn(from: string, roster: readonly Learner[] | null): FoundSubmission[] {
  const nothing = (reason: string): RunnerError => new RunnerError('collect-source', { path: from, reason })
  if (!existsSync(from)) throw nothing('there is no such file or folder')
  if (roster) {
    const remotes = roster
      .filter((l) => l.remote !== '')
      .map((l): FoundSubmission => ({ name: l.id, source: { kind: 'remote', remote: l.remote, base: dirname(from) } }))
    if (remotes.length === 0) throw nothing('no learner in it has a remote')
    return remotes
  }
  const found = isFolder(from) ? submissionsIn(from) : [submissionAt(from)]
  if (found.length === 0) throw nothing('the folder is empty')
  return found
}

interface Batch {
  folder: string
  set: ExerciseSet
  roster: readonly Learner[]
  found: readonly FoundSubmission[]
}

async function takeAll(context: Context, { folder, set, roster, found }: Batch): Promise<Collected[]> {
  const wanted = wantedOf(set, context.catalog())
  const known = { expected: expectedPaths(context), clock: set.closesAt }
  const now = context.clock.now()
  const line = progressLine(context.settings)
  try {
    return await writing(folder, () =>
      collectAll({
        found: found.map(({ name, source }) => ({ name, open: () => openSubmission(source, wanted, now, known) })),
        roster,
        keep: (learner, work, receipt) => keepWork(folder, learner, work, receipt, now).length,
        now,
        onProgress: (done, total) => line.show(done, total, 'taken in'),
      }),
    )
  } finally {
    line.clear()
  }
}

interface Outcome {
  folder: string
  from: string
  set: ExerciseSet
  roster: readonly Learner[]
  collected: readonly Collected[]
  remoteless: readonly Learner[]
}

function answer(context: Context, { folder, from, set, roster, collected, remoteless }: Outcome): Answer {
  const rejections = collected.flatMap((c) => c.rejections)
  const taken = new Set(collected.filter((c) => c.works.length > 0).map((c) => c.learner))
  const missing = roster.map((l) => l.id).filter((id) => !taken.has(id))
  const works = collected.flatMap((c) => c.works).length
  writeRejections(folder, withTaken(readRejections(folder), collected))
  audit(context, folder, 'collect', {
    from: basename(from),
    set: `${set.id}@${set.version}`,
    submissions: collected.length,
    works,
    rejections: rejections.length,
  })
  const absent = set.exercises.filter((e) => !context.catalog().bySlug.has(e.slug)).map((e) => e.slug)
  const others = madeForAnother(collected, set)
  const shared = sharedIn(context, folder).filter((s) => s.learners.some((learner) => taken.has(learner)))
  const remarks = [
    ...(absent.length > 0 ? [`Not in this catalog, and so not collected: ${absent.join(', ')}`] : []),
    ...(others.length > 0
      ? [`Taken, though made for another set than ${set.id}, version ${set.version}: ${others.join(', ')}`]
      : []),
    ...limited(
      collected.flatMap((c) => c.clock.map((sentence) => `${c.learner}, ${sentence}`)),
      'more such times; --json names them.',
    ),
    ...leftOutRemarks(collected),
    ...(remoteless.length > 0 ? [`Without a remote in the roster: ${remoteless.map((l) => l.id).join(', ')}`] : []),
  ]
  const place = shortPath(context.settings.startedIn, folder)
  return {
    exitCode: 0,
    json: {
      class: folder,
      set: { id: set.id, version: set.version },
      submissions: collected,
      rejections,
      missing,
      shared,
      remarks,
      next: commandLine('grade', '--class', place),
    },
    text: renderCollect({ collected, rejections, missing, shared, remarks, folder: place }, context.settings),
  }
}

const sentencesShown = 20

/** Single files that are no part of what was taken: their learners have been told, and may ask. */
function leftOutRemarks(collected: readonly Collected[]): string[] {
  const all = collected.flatMap((c) => c.leftOut)
  return limited(
    all.map((o) => `${o.learner}, ${o.slug}: ${o.message} It was left out.`),
    'more files were left out; --json names them.',
  )
}

function limited(sentences: readonly string[], rest: string): string[] {
  const more = sentences.length - sentencesShown
  return [...sentences.slice(0, sentencesShown), ...(more > 0 ? [`${more} ${rest}`] : [])]
}
