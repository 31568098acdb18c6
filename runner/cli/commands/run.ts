import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { freePort, isFreePort } from '../../adapters/process/free-port.ts'
import { toolchainOf, toolchains } from '../../adapters/toolchains/index.ts'
import { commandLine } from '../../errors/command-line.ts'
import { idOf } from '../../domain/exercise/variant.ts'
import type { Launch } from '../../harness/run-context.ts'
import { RunnerError } from '../../errors/runner-error.ts'
import { renderIntroduction, renderNotLoading } from '../../ui/terminal/run.ts'
import type { Answer, Command, Input } from '../command.ts'
import type { Context } from '../context.ts'
import { startedTargetOf, variantDetails, variantOptions, variantUsage } from '../current.ts'

export const run: Command = {
  summary: 'Starts your program by hand: type its input and end it with Ctrl-D, or call your server.',
  usage: `${variantUsage} [--port N]`,
  details: [...variantDetails, '--port    for servers; 3000 or the next free one without it'],
  options: { ...variantOptions, port: { type: 'string' } },
  words: 1,
  run: runByHand,
}

async function runByHand(context: Context, input: Input): Promise<Answer> {
  const target = startedTargetOf(context, input)
  const { exercise, language } = target
  const recipe = context.source.recipe(target)
  if (recipe.run[0] === 'none' || exercise.driver === 'module') {
    throw new RunnerError('no-editor-command', {
      reason: exercise.driver === 'module' ? 'the tests call its functions' : 'it is files that the tests read',
    })
  }
  const folder = context.workspaces.folder(idOf(target))
  const scratch = join(context.settings.cache, 'scratch', `run-${process.pid}`)
  mkdirSync(scratch, { recursive: true })
  try {
    const id = toolchainOf[language]
    const tools = (await context.readiness()).toolsOf(id)
    const prepared = await toolchains[id].prepare({
      folder,
      recipe,
      cache: context.settings.cache,
      scratch,
      tools,
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
    const port = exercise.driver === 'http' ? await portFor(input.options['port']) : null
    const { command, args } = prepared.launch
    context.say(renderIntroduction([...command, ...args], port, id !== 'none'))
    const code = await start(prepared.launch, folder, port)
    return { exitCode: code === 0 ? 0 : 1, json: { slug: exercise.slug, exitCode: code }, text: '' }
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}

/** Runs in the learner's own terminal and environment: this is their program, started by them. */
async function start(launch: Launch, folder: string, port: number | null): Promise<number | null> {
  const [file = '', ...args] = [...launch.command, ...launch.args]
  const env = { ...launch.env, ...(port === null ? {} : { PORT: String(port) }) }
  const { execa } = await import('execa')
  // Ctrl-C reaches the child through the terminal; we wait for it to end as it likes.
  const ignore = (): void => {}
  process.on('SIGINT', ignore)
  try {
    const ended = await execa(file, args, { cwd: folder, env, stdio: 'inherit', reject: false })
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
