import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { nearest } from '../domain/exercise/catalog.ts'
import { commandLine } from '../errors/command-line.ts'
import { RunnerError } from '../errors/runner-error.ts'
import type { Answer, Command, Input } from './command.ts'
import { commandNames, isCommand } from './command-names.ts'
import { commands } from './commands.ts'
import { openContext, type Context } from './context.ts'
import { fasterOnce } from './faster.ts'
import { renderError, renderUsage } from '../ui/terminal/help.ts'
import { knownError } from './known-error.ts'
import { pagerFor, showInPager } from './pager.ts'
import { readSettings, type Settings } from './settings.ts'
import { swallowedByNpm, wordsAsTyped } from './swallowed.ts'

/** Reads the arguments, runs one command, prints its answer and returns the exit code. Never throws. */
export async function runCli(argv: readonly string[]): Promise<number> {
  const [name = 'help', ...rest] = argv
  const settings = readSettings({ json: rest.includes('--json'), plain: rest.includes('--plain') })
  let context: Context | null = null
  try {
    const explained = explainedCommand(name, rest)
    if (explained !== null)
      return await print(settings, name, usageAnswer(settings, explained, await loadCommand(explained)))
    const command = await loadCommand(name)
    const input = parseInput(settings, name, command, rest)
    context = openContext(settings)
    const interrupted = command.drains === true ? new Promise<never>(() => {}) : context.onInterrupt()
    return await print(settings, name, await Promise.race([command.run(context, input), interrupted]))
  } catch (error) {
    const code = printError(settings, error)
    // It ends at once: a command in the middle of its work would go on, and might still count an attempt.
    if (error instanceof RunnerError && error.code === 'interrupted') process.exit(code)
    return code
  } finally {
    await context?.close()
  }
}

/** The command whose options are asked for, as `reset --help` or `help reset`; null where none is. */
function explainedCommand(name: string, rest: readonly string[]): string | null {
  if (rest.includes('--help') || rest.includes('-h')) return name
  return name === 'help' ? (rest.find((word) => !word.startsWith('-')) ?? null) : null
}

async function loadCommand(name: string): Promise<Command> {
  if (isCommand(name)) return commands[name]()
  throw new RunnerError('unknown-command', {
    command: name,
    nearest: nearest(name, Object.keys(commandNames)) ?? undefined,
  })
}

const usageAnswer = (settings: Settings, name: string, command: Command): Answer => ({
  exitCode: 0,
  json: { command: name, summary: command.summary, usage: command.usage, details: command.details },
  text: renderUsage(name, command, settings),
})

function parseInput(settings: Settings, name: string, command: Command, args: readonly string[]): Input {
  const options = { ...command.options, json: { type: 'boolean' }, plain: { type: 'boolean' } } as const
  const swallowed = swallowedByNpm(name, options, args, process.env)
  if (swallowed.length > 0) {
    const typed = wordsAsTyped(options, swallowed, args, process.env, (word) => isExercise(settings, word))
    throw swallowedProblem(name, swallowed, typed)
  }
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true, strict: true })
    if (positionals.length > command.words)
      throw new RunnerError('too-many-words', {
        command: name,
        takes: takes(command),
        word: positionals[command.words],
      })
    return { options: values as Input['options'], words: positionals }
  } catch (error) {
    throw parseProblem(name, error)
  }
}

function takes({ words, usage }: Command): string {
  if (words === 0) return 'options alone'
  if (words > 1) return `${words} words at the most`
  return /slug[\]>]/.test(usage) ? 'one exercise' : 'one word'
}

/** By its folder alone: this is asked before anything is loaded. */
function isExercise({ root }: Settings, word: string): boolean {
  const exercises = join(root, 'exercises')
  return /^[\w-]+$/.test(word) && readdirSync(exercises).some((area) => existsSync(join(exercises, area, word)))
}

function swallowedProblem(command: string, names: readonly string[], typed: readonly string[]): RunnerError {
  const swallowed = names.map((name) => `--${name}`).join(' ')
  return new RunnerError('swallowed-by-npm', { command, swallowed, line: commandLine(command, ...typed) })
}

function parseProblem(command: string, error: unknown): unknown {
  const { code, message } = error as NodeJS.ErrnoException
  const option = /'(-{1,2}[^'\s]+)/.exec(message ?? '')?.[1] ?? ''
  if (code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION') return new RunnerError('unknown-option', { command, option })
  if (code === 'ERR_PARSE_ARGS_INVALID_OPTION_VALUE')
    return new RunnerError('option-value', { command, option, problem: 'needs a value, or takes none' })
  return error
}

/** The one place that prints an answer. */
async function print(settings: Settings, command: string, answer: Answer): Promise<number> {
  const text = settings.json ? JSON.stringify(answer.json) : answer.text
  if (text === '' || (await wasPaged(settings, answer))) return answer.exitCode
  process.stdout.write(text.endsWith('\n') ? text : `${text}\n`)
  process.stderr.write(fasterOnce(settings, command))
  return answer.exitCode
}

async function wasPaged({ interactive }: Settings, { toRead, text }: Answer): Promise<boolean> {
  const { isTTY, rows } = process.stdout
  if (toRead !== true || !interactive || !isTTY || text.split('\n').length < rows) return false
  const pager = pagerFor(process.env)
  return pager !== null && showInPager(pager, text)
}

function printError(settings: Settings, error: unknown): number {
  const known = knownError(error)
  if (settings.json)
    process.stdout.write(
      `${JSON.stringify({ error: { code: known.code, message: known.message, remedy: known.remedy } })}\n`,
    )
  else process.stderr.write(renderError(known, settings))
  if (settings.debug) process.stderr.write(`${String((known.cause as Error | undefined)?.stack ?? known.stack)}\n`)
  return known.exitCode
}
