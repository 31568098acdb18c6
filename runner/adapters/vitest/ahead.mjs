// @ts-check
/**
 * Children of Node's that are started before they are needed: each has booted and waits at its gate
 * (harness/children/node/gate.mjs) for the environment and the arguments of the run that takes it. Learner code begins
 * only behind the gate. A thread keeps one, for one launch; a process that is taken is like any other from then on.
 */
import { spawn } from 'node:child_process'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** @typedef {import('../../harness/run-context.ts').RunContext} RunContext */
/**
 * @typedef {{ child: import('node:child_process').ChildProcess, key: string, command: string[], env: Record<string,
 * string>, gate: number }} Spare
 */

/** @type {Spare | null} */
let spare = null

/** Variables that Node reads while it starts: a child whose values differ cannot be taken. */
const readAtStart = (/** @type {string} */ name) => /^(NODE_|UV_|TZ$|LANG$|LC_)/.test(name)

/** Starts a child for this run's launch, unless one waits. @param {RunContext} context */
export function startAhead(context) {
  const command = commandOf(context)
  if (command === null) return
  const env = startEnvironment(context)
  const key = JSON.stringify([command, context.workspace, context.ledger, env])
  if (spare?.key === key && waits(spare)) return
  dismiss()
  spare = start(context, command, env, key)
}

/**
 * The waiting child, let go, when it is what would have been started: the same command (more words may follow), folder,
 * pipes and start-up variables. Else null.
 * @param {readonly string[]} command @param {string} cwd @param {Record<string, string>} env @param {boolean}
 * protocolPipes
 * @param {RunContext} context
 */
export function takeAhead(command, cwd, env, protocolPipes, context) {
  const found = spare
  if (!found || !waits(found) || cwd !== context.workspace || protocolPipes !== (found.gate === 5)) return null
  if (!found.command.every((word, i) => command[i] === word)) return null
  if (differs(env, found.env) || differs(found.env, env)) return null
  spare = null
  // Its entry in the ledger stays until the run writes its own over it: not for a moment is it out of reach.
  const gate = /** @type {import('node:stream').Writable} */ (/** @type {unknown} */ (found.child.stdio[found.gate]))
  gate.end(`${JSON.stringify({ env, args: command.slice(found.command.length) })}\n`)
  // A program that is no server is started for each case: the next one boots while this one works.
  if (!protocolPipes && env['PORT'] === undefined) setImmediate(startAhead, context)
  return found.child
}

/** @param {Record<string, string>} one @param {Record<string, string>} other */
const differs = (one, other) => Object.keys(one).some((name) => readAtStart(name) && one[name] !== other[name])

/** @param {Spare} candidate */
const waits = ({ child }) => child.pid !== undefined && child.exitCode === null && child.signalCode === null

function dismiss() {
  // At the end of its gate's input it leaves by itself.
  spare?.child.kill('SIGKILL')
  spare = null
}

/** @param {RunContext} context */
function commandOf({ ahead, launch }) {
  if (!ahead || !launch.gated) return null
  return launch.subject ? launch.subject.command : [...launch.command, ...launch.args]
}

/**
 * Of the environment of a run: what is read at the start. @param {RunContext} context @returns {Record<string, string>}
 */
function startEnvironment({ childEnv, launch }) {
  const all = { LANG: 'C.UTF-8', TZ: 'UTC', ...childEnv, ...launch.env }
  return Object.fromEntries(Object.entries(all).filter(([name]) => readAtStart(name)))
}

/** `false` while everything is being ended, its ledger with it. @param {string} entry */
function recorded(entry) {
  try {
    writeFileSync(entry, 'ahead')
  } catch {
    return false
  }
  return /** @type {{ gymClosing?: () => boolean }} */ (globalThis).gymClosing?.() !== true
}

/**
 * @param {RunContext} context @param {string[]} command @param {Record<string, string>} env @param {string} key
 * @returns {Spare}
 */
function start(context, command, env, key) {
  const gate = context.launch.subject ? 5 : 3
  const [file = '', ...args] = command
  const child = spawn(file, args, {
    cwd: context.workspace,
    env: { PATH: process.env['PATH'] ?? '/usr/bin:/bin', ...env, GYM_GATE: String(gate) },
    detached: true,
    stdio: /** @type {'pipe'[]} */ (Array.from({ length: gate + 1 }, () => 'pipe')),
    windowsHide: true,
  })
  child.on('error', () => {})
  for (const pipe of child.stdio) pipe?.on('error', () => {})
  const entry = join(context.ledger, String(child.pid ?? 0))
  if (child.pid !== undefined && !recorded(entry)) child.kill('SIGKILL')
  child.once('exit', () => rmSync(entry, { force: true }))
  child.unref()
  for (const pipe of child.stdio) /** @type {import('node:net').Socket | null} */ (pipe)?.unref()
  return { child, key, command, env, gate }
}
