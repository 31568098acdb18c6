// The first thing every command runs: it makes the machine ready, then hands over to start.ts.
//
// Rules of this file and of install*.mjs: every Node from 14 up can parse and run it (no `node:` imports, no `??=`, no
// top-level await, no newer library calls), it imports no package, and it prints to stderr only, because stdout belongs
// to the command. When everything is in place it costs two small reads; whatever only an installation needs is in
// install.mjs, loaded lazily. Nothing may import this file: it would run a second time.
import fs from 'fs'
import module from 'module'
import path from 'path'
import { fileURLToPath, pathToFileURL } from 'url'
import {
  AGAIN,
  NODES,
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
  require,
  root,
  say,
  short,
  signalCode,
  writeMarker,
} from './install-common.mjs'

const self = fileURLToPath(import.meta.url)
const NODE_FLOOR = 24
/** Commands that use the tools of contributors, a third of all packages: a learner's start leaves those out. */
const WITH_TOOLS = ['exec', 'test', 'mutate']

process.exitCode = 70 // until somebody says otherwise: a command that never answers must not look like success
start(process.argv.slice(2)).then((code) => {
  process.exitCode = code
}, report)

async function start(args) {
  if (parseInt(process.versions.node, 10) < NODE_FLOOR) return rerun(await provideNode(), args)
  useRuntime()
  const tools = WITH_TOOLS.includes(args[0])
  const ready = () => packagesReady(tools)
  if (!ready()) await (await import('./install.mjs')).installPackages(ready, tools)
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

// ---- is everything there? ----

/** The Node that is new enough; fetched with its npm when this project has none yet. */
async function provideNode() {
  const here = `${process.platform}-${process.arch}`
  const pinned = NODES[here]
  const old = `Node ${short(process.versions.node)} is older than this project needs`
  if (!pinned) throw new PlainEnd(3, `${old}, and there is none to fetch for ${here}.`, OTHER_NODE)
  const folder = path.join(cache, 'runtime', `node-${pinned.version}-${here}`)
  const node = inFolder(folder, pinned)
  const ready = () => fs.existsSync(node) && fs.existsSync(inFolder(folder, NPM))
  if (!ready()) await (await import('./install.mjs')).fetchNode(pinned, old, folder, ready)
  return node
}

/** Under a Node that this project has fetched: what we start finds that one and its npm before any other. */
function useRuntime() {
  const runtime = path.join(cache, 'runtime')
  const node = process.execPath
  if (!fs.existsSync(runtime) || !node.startsWith(fs.realpathSync(runtime) + path.sep)) return
  const [bin, folder] = [path.dirname(node), path.join(node, '..', '..', '..', '..')]
  const first = [bin, path.join(folder, 'node_modules', '.bin'), process.env.PATH].filter(Boolean)
  const npm = inFolder(folder, NPM)
  Object.assign(process.env, { PATH: first.join(path.delimiter), npm_execpath: npm, npm_node_execpath: node })
}

/**
 * Is what package-lock.json asks for installed, with the tools where they are needed? One stat and one small read when
 * nothing has changed.
 */
function packagesReady(tools) {
  const now = lockfileState()
  const then = readJson(marker) || {}
  const serves = then.platform === now.platform && (!tools || hasTools(then))
  if (serves && then.size === now.size && then.mtime === now.mtime) return true
  const hash = hashOf(lockfile)
  const known = serves && then.hash === hash
  if (!known && !npmHasInstalled(tools)) return false
  try {
    writeMarker(now, hash, known ? hasTools(then) : tools || npmHasInstalled(true))
  } catch {
    /* then we look again next time */
  }
  return true
}

/** Did somebody run npm by hand? Its own record, which it writes last, names every package due on this machine. */
function npmHasInstalled(tools) {
  const installed = readJson(hiddenLockfile)
  if (!installed || !installed.packages) return false
  const wanted = readJson(lockfile).packages
  const due = ({ dev, optional, os, cpu, libc }) =>
    (tools || !dev) &&
    (!optional ||
      ((os || cpu) && !libc && (!os || os.includes(process.platform)) && (!cpu || cpu.includes(process.arch))))
  const same = (one, other) => one && one.version === other.version && one.integrity === other.integrity
  return Object.keys(wanted).every((key) => !key || !due(wanted[key]) || same(installed.packages[key], wanted[key]))
}

// ---- handing over ----

async function runMain(args) {
  try {
    module.enableCompileCache(path.join(cache, 'compile'))
  } catch {
    /* slower, nothing else */
  }
  const { main } = await importQuietly(path.join(root, 'runner', 'start.ts'))
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
  const env = { ...process.env }
  delete env.GYM_LAUNCHER // how we were called, not how the tool's own children are
  if (tool) return handOver([process.execPath, tool, ...args], env, root)
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

function rerun(node, args) {
  // Whoever waits for two starts of Node, and for npm before them, hears of the faster way.
  const env = process.env.GYM_LAUNCHER ? process.env : { ...process.env, GYM_OLD_NODE: short(process.versions.node) }
  return handOver([node, self, ...args], env, process.cwd())
}

/** Be the other process as far as anyone can see: its streams, the signals sent to us, its end. */
function handOver([command, ...args], env, cwd) {
  const child = require('child_process').spawn(command, args, { env, cwd, stdio: 'inherit' })
  // A terminal sends Ctrl-C to the whole group, so the child has it already; twice would read as "stop at once".
  const terminal = process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY
  const letGo = onSignals((signal) => {
    if (!(terminal && signal === 'SIGINT')) child.kill(signal)
  })
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
