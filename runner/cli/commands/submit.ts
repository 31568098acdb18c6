import { join, resolve } from 'node:path'
import { gitIdentity } from '../../adapters/submission/git-identity.ts'
import { isFolder } from '../../adapters/intake/submission-folder.ts'
import { submissionPacker } from '../../adapters/submission/pack-submission.ts'
import { readStates } from '../../adapters/intake/read-states.ts'
import { parseRemote } from '../../adapters/intake/remote.ts'
import { IntakeRefusal } from '../../adapters/intake/refusal.ts'
import { readUsedSet, writeUsedSet } from '../../adapters/store/used-set.ts'
import type { SubmissionPacker } from '../../app/ports.ts'
import { prepareSubmission } from '../../app/submit.ts'
import { idFromName, isLearnerId } from '../../domain/class/gradebook-roster.ts'
import { intakeLimits, type Receipt } from '../../domain/submission/submission.ts'
import { RunnerError } from '../../errors/runner-error.ts'
import { renderSubmit } from '../../ui/terminal/submit.ts'
import type { Answer, Command, Input, OptionValues } from '../command.ts'
import type { Context } from '../context.ts'
import { expectedPaths } from '../expected-paths.ts'
import { shortPath } from '../short-path.ts'
import { whileBusy } from '../progress-line.ts'

export const submit: Command = {
  summary: 'Hands in your work: one file with everything of the set in use, or of all you have started.',
  usage: '[--to FILE | --push REMOTE] [--as ID]',
  details: [
    '--to     the file, or a folder for it; without it <id>.bundle in the folder you are in',
    '--push   push to a git address instead (https, ssh, or a folder), with your own keys',
    '--as     the id your instructor knows you by; it is kept for the next time',
  ],
  options: { to: { type: 'string' }, push: { type: 'string' }, as: { type: 'string' } },
  words: 0,
  run: (context, input) => whileBusy(context.settings, 'Packing', () => runSubmit(context, input)),
}

async function runSubmit(context: Context, { options }: Input): Promise<Answer> {
  const { workspace, startedIn } = context.settings
  const push = text(options, 'push')
  if (push !== undefined && text(options, 'to') !== undefined)
    throw new RunnerError('option-value', {
      command: 'submit',
      option: '--push',
      problem: 'and --to are two ways; give one of them',
    })
  const remote = push === undefined ? null : remoteOf(push, startedIn)
  const learner = learnerOf(options, workspace)
  const packer = packerOf(context)
  try {
    return await handIn(context, { packer, learner, remote, file: fileOf(options, startedIn, learner.id) })
  } finally {
    packer.close()
  }
}

/** It reads what was saved with the eyes of the intake: what it packs will be taken. */
function packerOf(context: Context): SubmissionPacker {
  const { workspace } = context.settings
  const expected = expectedPaths(context)
  return submissionPacker({
    folderOf: context.workspaces.folder,
    stores: join(workspace, '.snapshots'),
    readStates: (repository, commit, id) => readStates({ repository }, commit, expected(id), context.clock.now()),
  })
}

interface HandIn {
  packer: SubmissionPacker
  learner: Receipt['learner']
  remote: string | null
  file: string
}

async function handIn(context: Context, { packer, learner, remote, file }: HandIn): Promise<Answer> {
  const { startedIn } = context.settings
  const set = context.usedSet()
  const prepared = await prepareSubmission({ ...context, packer }, context.catalog(), set, learner)
  const { receipt, notStarted, refused } = prepared
  remember(context, learner.id)
  const isEmpty = receipt.works.length === 0
  if (remote !== null && !isEmpty) await packer.push(receipt, remote)
  const bundle = remote === null && !isEmpty ? { file, ...(await packer.bundle(receipt, file)) } : null
  const remarks = [
    ...prepared.remarks,
    ...(bundle && bundle.bytes > intakeLimits.packBytes
      ? ['The file is larger than what is taken in: look for large files in your workspaces.']
      : []),
  ]
  const printed = bundle && { ...bundle, file: shortPath(startedIn, bundle.file) }
  return {
    exitCode: refused.length > 0 ? 1 : 0,
    json: { receipt, notStarted, refused, remarks, bundle, remote: isEmpty ? null : remote },
    text: renderSubmit(
      { receipt, setName: set?.name ?? null, notStarted, refused, remarks, bundle: printed, remote },
      context.settings,
    ),
  }
}

const text = (options: OptionValues, name: string): string | undefined => options[name] as string | undefined

function remoteOf(push: string, startedIn: string): string {
  try {
    return parseRemote(push, startedIn).address
  } catch (error) {
    if (!(error instanceof IntakeRefusal)) throw error
    throw new RunnerError('option-value', {
      command: 'submit',
      option: '--push',
      problem: `needs an address that git can push to (https, ssh or a folder): ${error.message.replace(/\.$/, '')}`,
    })
  }
}

/** Who hands in: --as says it, else the last time, else the name in the person's own git settings. */
function learnerOf(options: OptionValues, workspace: string): Receipt['learner'] {
  const { name, email } = gitIdentity()
  const given = text(options, 'as')
  const id = given ?? readUsedSet(workspace)?.learner ?? idFromName(name)
  if (isLearnerId(id)) return { id, name: name.slice(0, 200), email: email.slice(0, 200) }
  throw new RunnerError('no-learner-id', { given })
}

function remember(context: Context, learner: string): void {
  const { workspace } = context.settings
  const before = readUsedSet(workspace)
  if (before?.learner === learner) return
  writeUsedSet(workspace, {
    formatVersion: 1,
    set: null,
    source: '',
    usedAt: context.clock.now().toISOString(),
    ...before,
    learner,
  })
}

function fileOf(options: OptionValues, startedIn: string, id: string): string {
  const path = resolve(startedIn, text(options, 'to') ?? '.')
  return isFolder(path) ? join(path, `${id}.bundle`) : path
}
