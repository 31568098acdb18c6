// What every installation runs in: one at a time, with a line that tells its progress, and a sentence where it fails.
// Loaded with install.mjs only, under the rules at the top of bootstrap.mjs.
import fs from 'fs'
import os from 'os'
import path from 'path'
import { AGAIN, PlainEnd, cache, readJson, remove, say } from './install-common.mjs'

const lock = path.join(cache, 'start.lock')
const LOCK_BEAT = 5000
/** A lock that nobody has touched for so long is dead, whatever the process table says (process ids are used again). */
const LOCK_DEAD = 60000
let npmPid // of the npm that runs for us, so that the lock outlives us if it does

/** What npm's failures (and the file system's) mean: pattern, why, what to do. The first that matches is told. */
const FAILURES = [
  ['disk', /ENOSPC|EDQUOT/, 'the disk is full', `Free about 1 GB, ${AGAIN}`],
  [
    'proxy',
    /\b407\b|Proxy Authentication Required/i,
    'the proxy wants a name and a password',
    `Put them into the environment variable HTTPS_PROXY (http://name:password@host:port), ${AGAIN}`,
  ],
  [
    'integrity',
    /EINTEGRITY/,
    'a package arrived with other content than this project pins',
    `Empty npm's cache (npm cache clean --force), ${AGAIN} If it stays, your registry or proxy changes packages.`,
  ],
  [
    'lockfile',
    /EUSAGE/,
    'package.json and package-lock.json do not fit together',
    `Put both back as they were (git checkout package.json package-lock.json), ${AGAIN}`,
  ],
  [
    'certificate',
    /SELF_SIGNED_CERT|UNABLE_TO_(GET_ISSUER|VERIFY)|CERT_(HAS_EXPIRED|UNTRUSTED)/,
    "the registry's certificate is not trusted",
    `Behind a company proxy, name its certificate in the environment variable NODE_EXTRA_CA_CERTS, ${AGAIN}`,
  ],
  [
    'network',
    /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ECONNRESET|ERR_SOCKET_TIMEOUT|ENETUNREACH|EHOSTUNREACH/,
    'the package registry could not be reached',
    `Connect to the internet (behind a proxy: set the environment variable HTTPS_PROXY), ${AGAIN}`,
  ],
  ['rights', /EACCES|EROFS|EPERM/, 'there is no right to write', `Give your user the right to write there, ${AGAIN}`],
]

// ---- one at a time ----

export async function underLock(subject, work) {
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
  return !owner || owner.host !== os.hostname() || isRunning(owner.pid) || isRunning(owner.npm)
}

/** Also the heartbeat: what counts is that the file is young. */
export function writeOwner(npm) {
  npmPid = npm || npmPid
  const owner = { pid: process.pid, npm: npmPid, host: os.hostname() }
  try {
    fs.writeFileSync(path.join(lock, 'owner'), JSON.stringify(owner))
  } catch {
    /* .cache was deleted */
  }
}

function isRunning(pid) {
  try {
    return Boolean(pid) && process.kill(pid, 0)
  } catch (error) {
    return error.code === 'EPERM'
  }
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

function age(file) {
  try {
    return Date.now() - fs.statSync(file).mtimeMs
  } catch {
    return 0
  }
}

// ---- progress ----

export async function withProgress(text, work) {
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

// ---- failures ----

export function notReady(subject, { why, remedy }, details) {
  return new PlainEnd(3, `${subject}: ${why}.`, remedy, details)
}

export function explain(text, file) {
  // What npm calls the code comes first, then its errors; its other words may mention codes in passing.
  const [codes, errors] = [/^npm (?:ERR!|error) code .+/gm, /^npm (?:ERR!|error) .+/gm].map((one) => text.match(one))
  const known = (words) => FAILURES.map((one) => [one, one[1].exec(words)]).find(([, match]) => match)
  const found = known(codes || '') || known(errors || text)
  if (!found) return undefined
  const [[kind, , why, remedy], [code]] = found
  const place = kind === 'rights' && (file || (/npm (?:ERR!|error) path (.+)/.exec(text) || [])[1])
  return { kind, remedy, why: `${why}${place ? ` to ${place}` : ''} (${code})` }
}
