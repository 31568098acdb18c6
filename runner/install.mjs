// What brings Node, npm and packages: loaded by bootstrap.mjs only when one of them is missing, under the rules at the
// top of that file.
import { spawn, spawnSync } from 'child_process'
import fs from 'fs'
import path from 'path'
import {
  AGAIN,
  NPM,
  OTHER_NODE,
  PlainEnd,
  cache,
  hasTools,
  hashOf,
  hiddenLockfile,
  inFolder,
  lockfile,
  lockfileState,
  marker,
  onSignals,
  readJson,
  remove,
  root,
  say,
  short,
  signalCode,
  writeMarker,
} from './install-common.mjs'
import { explain, notReady, underLock, withProgress, writeOwner } from './install-frame.mjs'

const NPM_FLOOR = 9
const NPM_SAYS = `Mend what npm names above, ${AGAIN}`
const PACKAGES_FAILED = 'The packages could not be installed'

// ---- Node and packages ----

/** Fetch the pinned Node and npm into `folder`; `ready` tells whether another start has done it meanwhile. */
export async function fetchNode(pinned, old, folder, ready) {
  if (isMusl()) {
    throw new PlainEnd(
      3,
      `${old}, and the one to fetch needs glibc, which this system (musl, such as Alpine) lacks.`,
      `Use an image with glibc (such as Debian) or a Node 24 made for musl, ${AGAIN}`,
    )
  }
  const what = `Node ${short(pinned.version)}`
  await underLock(`${what} could not be fetched`, () => ready() || fetchPinned(what, old, folder, [pinned, NPM]))
}

/** Install what package-lock.json asks for, unless the start that held the lock before us has done it. */
export function installPackages(ready, tools) {
  return underLock(PACKAGES_FAILED, () => ready() || installAsLocked(tools))
}

async function installAsLocked(wantsTools) {
  if (process.platform === 'win32') say('  Native Windows is untested. If something fails, use WSL2.')
  if (isMusl()) say('  musl (such as Alpine) is untested. If something fails, use an image with glibc (Debian).')
  const npm = await provideNpm()
  const [state, hash] = [lockfileState(), hashOf(lockfile)] // of what is being installed, should it change meanwhile
  const tools = wantsTools || hasTools(readJson(marker) || {}) // who had them is not to miss them after each change
  // npm deletes before it installs; from here on nothing may say "installed" until it is.
  remove(marker)
  remove(hiddenLockfile)
  await withProgress('Installing packages once', () => npmCi(npm, root, PACKAGES_FAILED, tools))
  writeMarker(state, hash, tools)
}

function isMusl() {
  if (process.platform !== 'linux' || !process.report) return false
  process.report.excludeNetwork = true // its name look-ups can take seconds
  return !process.report.getReport().header.glibcVersionRuntime
}

// ---- npm ----

/** The npm that reads our lockfile: this Node's or, where that is too old, the pinned one. Only under the lock. */
async function provideNpm() {
  const found = findNpm()
  if (parseInt(found.version, 10) >= NPM_FLOOR) return found.cli
  const folder = path.join(cache, 'runtime', `npm-${NPM.version}`)
  const old = `npm ${short(found.version)} is older than this project needs`
  if (!fs.existsSync(inFolder(folder, NPM))) await fetchPinned(`npm ${short(NPM.version)}`, old, folder, [NPM])
  return inFolder(folder, NPM)
}

/**
 * Install pinned packages into `folder`, which appears complete or not at all: made beside it, then renamed.
 * npm itself checks them: `npm ci` holds what arrives against the lockfile's integrity, in npm 6 as in npm 11 (tried).
 * The lockfile is written here because npm 6 fetches every platform's Node that a common one would list, and because
 * only so it can leave out the hundred packages that npm brings inside its own archive.
 */
async function fetchPinned(what, why, folder, pins) {
  const npm = findNpm().cli
  const fresh = `${folder}.new`
  remove(fresh) // the lock is ours, so this is what a killed start left behind
  fs.mkdirSync(fresh, { recursive: true })
  const top = { name: 'backend-gym-runtime', version: '0.0.0', dependencies: {} }
  const locked = { ...top, lockfileVersion: 2, requires: true, packages: { '': top }, dependencies: {} }
  for (const { name, version, integrity, bin } of pins) {
    top.dependencies[name] = version
    locked.packages[`node_modules/${name}`] = { version, integrity, bin: { [name === 'npm' ? name : 'node']: bin } }
    locked.dependencies[name] = { version, integrity } // read by npm 6, the line above by all newer ones
  }
  fs.writeFileSync(path.join(fresh, 'package.json'), JSON.stringify(top))
  fs.writeFileSync(path.join(fresh, 'package-lock.json'), JSON.stringify(locked))
  try {
    await withProgress(`${why}. Fetching ${what} once`, async () => {
      await npmCi(npm, fresh, `${what} could not be fetched`)
      pins.forEach((one) => checkStarts(what, fresh, one))
      remove(folder)
      fs.renameSync(fresh, folder)
    })
  } finally {
    remove(fresh)
  }
}

/** Too old a system library or a folder without the right to execute shows only here. */
function checkStarts(what, folder, pinned) {
  if (pinned === NPM) return
  const run = spawnSync(inFolder(folder, pinned), ['--version'], { encoding: 'utf8' })
  if (run.status === 0) return
  const why = (run.stderr || String(run.error || run.signal)).trim().split('\n')[0]
  throw new PlainEnd(3, `${what} was fetched but does not start on this machine: ${why}`, OTHER_NODE)
}

/** npm's own program file, so that it runs the same way everywhere: no shell, no .cmd, no yarn in npm's place. */
function findNpm() {
  const folders = (process.env.PATH || '').split(path.delimiter).filter(Boolean)
  const inFolders = folders.map((one) => [path.join(one, 'npm'), path.join(one, 'node_modules', 'npm', NPM.bin)])
  const beside = path.join(path.dirname(process.execPath), '..', 'lib', 'node_modules', 'npm', NPM.bin)
  for (const file of [process.env.npm_execpath || '', ...inFolders.flat(), beside]) {
    const cli = file && fs.existsSync(file) ? fs.realpathSync(file) : ''
    const about = path.basename(cli) === 'npm-cli.js' && readJson(path.join(path.dirname(cli), '..', 'package.json'))
    if (about && about.version) return { cli, version: about.version }
  }
  throw new PlainEnd(3, 'npm was not found on this machine, and it brings the packages.', OTHER_NODE)
}

async function npmCi(npm, folder, subject, tools = true) {
  const args = [
    'ci',
    '--ignore-scripts',
    tools ? '--include=dev' : '--omit=dev',
    '--include=optional',
    '--engine-strict=false',
    '--no-audit',
    '--no-fund',
    '--no-progress',
    '--loglevel=error',
    // left alone, npm takes 70 s to say that there is no network
    '--fetch-retries=2',
    '--fetch-retry-mintimeout=1000',
    '--fetch-retry-maxtimeout=5000',
  ]
  const { code, output } = await runNpm(npm, args, folder)
  if (code === 0) return
  const cause = explain(output)
  // Everything may still lie in npm's own cache, but npm asks the registry first unless it is told not to.
  if (cause && cause.kind === 'network' && (await runNpm(npm, [...args, '--offline'], folder)).code === 0) return
  throw notReady(subject, cause || { why: `npm ended with exit code ${code}`, remedy: NPM_SAYS }, relevant(output))
}

/** Of npm's words those that say something: its error lines without stacks, dumps and advice, eight at most. */
function relevant(output) {
  const lines = output.split(/\r?\n/).filter((line) => line.trim())
  const errors = lines.filter((line) => /^npm (ERR!|error) /.test(line))
  const dump = /^npm (ERR!|error)\s+(network|}|at .*|\w+: ('.*'|\d+),?)?\s*$/
  const advice = /complete log|_logs|Log files|rerun|network (This is|In most|If you)|behind a proxy|'proxy' config/
  return (errors.length ? errors.filter((line) => !dump.test(line) && !advice.test(line)) : lines.slice(-8)).slice(0, 8)
}

/** Run npm quietly, as a group of its own: a signal to us ends npm and all it started before we go. */
function runNpm(npm, args, cwd) {
  const ownGroup = process.platform !== 'win32'
  const options = { cwd, env: npmEnvironment(), detached: ownGroup, stdio: ['ignore', 'pipe', 'pipe'] }
  const child = spawn(process.execPath, [npm, ...args], options)
  const kill = (signal) => {
    try {
      process.kill(ownGroup ? -child.pid : child.pid, signal)
    } catch {
      /* that was the aim */
    }
  }
  let stopped
  const letGo = onSignals((signal) => {
    stopped = signal
    kill('SIGTERM')
    setTimeout(kill, 1000, 'SIGKILL').unref()
  })
  let output = ''
  const take = (chunk) => {
    output = (output + chunk).slice(-100000)
  }
  child.stdout.on('data', take)
  child.stderr.on('data', take)
  writeOwner(child.pid)
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('exit', () => stopped && kill('SIGKILL'))
    child.on('close', (code) => {
      letGo()
      if (stopped) reject(new PlainEnd(signalCode(stopped), ''))
      else resolve({ code, output })
    })
  })
}

/** The environment as it is (proxies, certificates) without what the `npm run` that started us put in for itself. */
function npmEnvironment() {
  const option = 'local_prefix|global|location|workspaces?|include_workspace_root|dry_run|json|package_lock_only'
  const ofTheRun = new RegExp(`^npm_(package_.*|lifecycle_.*|command|config_(${option}))$`, 'i')
  const env = { ...process.env }
  Object.keys(env)
    .filter((name) => ofTheRun.test(name))
    .forEach((name) => delete env[name])
  return env
}
