import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { freePort, isFreePort } from '../../adapters/process/free-port.ts'
import { recordProcess, type GroupLedger } from '../../adapters/process/group-ledger.ts'
import { openPlayground } from '../../adapters/services/playground.ts'
import { toolchainOf, toolchains } from '../../adapters/toolchains/index.ts'
import type { ToolchainId } from '../../adapters/toolchains/types.ts'
import type { Target } from '../../app/target.ts'
import { commandLine } from '../../errors/command-line.ts'
import { idOf } from '../../domain/exercise/variant.ts'
import type { Launch } from '../../harness/run-context.ts'
import { RunnerError } from '../../errors/runner-error.ts'
import { renderIntroduction, renderNotLoading, renderTool } from '../../ui/terminal/run.ts'
import type { Answer, Command, Input } from '../command.ts'
import type { Context } from '../context.ts'
import { furtherTools, toolAt, usualTool, type HandTool } from '../hand-tool.ts'
import { startedTargetOf, variantDetails, variantOptions, variantUsage } from '../current.ts'

export const run: Command = {
  summary:
    'Starts your program by hand, or what the exercise brings to try it out: with the right runtime and servers.',
  usage: `${variantUsage} [file] [arguments …] [--port N]`,
  details: [
    ...variantDetails,
    'file      a program of the workspace instead, as tools/load.ts',
    'arguments for the program; after another -- where they begin with a hyphen',
    '--port    for servers; 3000 or the next free one without it',
  ],
  options: { ...variantOptions, port: { type: 'string' } },
  words: 100,
  run: runByHand,
}

async function runByHand(context: Context, input: Input): Promise<Answer> {
  const { target, words } = startedIn(context, input)
  const { exercise } = target
  const folder = context.workspaces.folder(idOf(target))
  const { tool, args } = toStart(context, target, folder, words)
  const scratch = join(context.settings.cache, 'scratch', `run-${process.pid}`)
  mkdirSync(scratch, { recursive: true })
  try {
    const { toolsOf } = await context.readiness()
    const prepared = await toolchains[tool.toolchain].prepare({
      folder,
      recipe: tool.recipe,
      cache: context.settings.cache,
      scratch,
      tools: toolsOf(tool.toolchain),
      packs: exercise.packs,
      withTests: false,
      byHand: true,
    })
    if (!prepared.ok)
      return {
        exitCode: 1,
        json: { slug: exercise.slug, loads: false, message: prepared.message },
        text: renderNotLoading(prepared.message, context.settings),
      }
    const code = await startWithServers(context, target, { ...tool, launch: withArgs(prepared.launch, args) }, input)
    return { exitCode: code === 0 ? 0 : 1, json: { slug: exercise.slug, exitCode: code }, text: '' }
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}

const withArgs = (launch: Launch, args: readonly string[]): Launch => ({ ...launch, args: [...launch.args, ...args] })

/** The first word names the exercise, where it is the name of one. */
function startedIn(context: Context, { options, words }: Input): { target: Target; words: string[] } {
  const [first] = words
  const isSlug = first !== undefined && context.catalog().bySlug.has(first)
  const target = startedTargetOf(context, { options, words: isSlug ? [first] : [] })
  const folder = context.workspaces.folder(idOf(target))
  if (isSlug || first === undefined || toolAt(folder, first, context.source.recipe(target)))
    return { target, words: isSlug ? words.slice(1) : words }
  // Neither a file of the workspace nor an exercise: said as of the latter, with the name that is nearest.
  return { target: startedTargetOf(context, { options, words: [first] }), words: [] }
}

/** What is started, and with which arguments: the program, what there is to try the work out, or the file that is named. */
function toStart(
  context: Context,
  target: Target,
  folder: string,
  words: readonly string[],
): { tool: Omit<HandTool, 'file'> & { file: string | null }; args: readonly string[] } {
  const { exercise, language } = target
  const recipe = context.source.recipe(target)
  const named = words[0] === undefined ? null : toolAt(folder, words[0], recipe)
  if (named) return { tool: named, args: words.slice(1) }
  const isProgram = recipe.run[0] !== 'none' && exercise.driver !== 'module'
  if (isProgram) return { tool: { file: null, toolchain: toolchainOf[language], recipe }, args: words }
  const usual = usualTool(folder, recipe)
  if (usual) return { tool: usual, args: words }
  const [further] = furtherTools(folder)
  const reason = exercise.driver === 'module' ? 'the tests call its functions' : 'it is files that the tests read'
  throw new RunnerError('no-editor-command', {
    reason: further === undefined ? reason : `${reason}; for a tool of it name the file`,
    line: further === undefined ? undefined : commandLine('run', exercise.slug, further),
  })
}

async function startWithServers(
  context: Context,
  { exercise, language }: Target,
  tool: { file: string | null; toolchain: ToolchainId; launch: Launch },
  { options }: Input,
): Promise<number | null> {
  const folder = context.workspaces.folder({ slug: exercise.slug, language })
  const port = exercise.driver === 'http' && tool.file === null ? await portFor(options['port']) : null
  const { cache } = context.settings
  const playground = await openPlayground(exercise.services, {
    folder,
    cache,
    ledger: context.ledger(),
    env: process.env,
  })
  try {
    const { command, args } = tool.launch
    context.say(
      tool.file === null
        ? renderIntroduction([...command, ...args], port, tool.toolchain !== 'none', playground.said)
        : renderTool(tool.file, playground.said),
    )
    const launch = { ...tool.launch, env: { ...tool.launch.env, ...playground.env } }
    return await start(launch, folder, port, context.ledger())
  } finally {
    await playground.close()
  }
}

/** Runs in the learner's own terminal and environment: this is their program, started by them. */
async function start(launch: Launch, folder: string, port: number | null, ledger: GroupLedger): Promise<number | null> {
  const [file = '', ...args] = [...launch.command, ...launch.args]
  const env = { ...launch.env, ...(port === null ? {} : { PORT: String(port) }) }
  const { execa } = await import('execa')
  // Ctrl-C reaches the child through the terminal; we wait for it to end as it likes.
  const ignore = (): void => {}
  process.on('SIGINT', ignore)
  try {
    const program = execa(file, args, { cwd: folder, env, stdio: 'inherit', reject: false })
    const forget = program.pid === undefined ? () => {} : recordProcess(ledger, program.pid, '')
    const ended = await program.finally(forget)
    // A command that no probe has looked for, as docker; the tests do not need it.
    if (ended.code === 'ENOENT')
      throw new RunnerError('not-ready', { what: commandLine('run'), missing: `the command ${file}` }, { cause: ended })
    if (ended instanceof Error && ended.code !== undefined) throw ended
    return ended.exitCode ?? null
  } finally {
    process.off('SIGINT', ignore)
  }
}

async function portFor(value: string | boolean | undefined): Promise<number> {
  if (value === undefined) return (await isFreePort(3000)) ? 3000 : freePort()
  const port = Number(value)
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    throw new RunnerError('option-value', {
      command: 'run',
      option: '--port',
      problem: 'must be a whole number from 1 to 65535',
    })
  if (!(await isFreePort(port)))
    throw new RunnerError('option-value', {
      command: 'run',
      option: '--port',
      problem: `names port ${port}, which another program uses`,
    })
  return port
}
