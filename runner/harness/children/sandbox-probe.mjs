// @ts-check
/**
 * Runs inside the sandbox before each batch and tries what no submission may. Prints, as JSON, whatever it could do; an
 * empty list is the only good answer. It sends nothing beyond loopback: which networks there are is read, not tried.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { networkInterfaces } from 'node:os'

const { canary = '', port = 0, mayWrite = [], variables = [] } = JSON.parse(process.argv[2] ?? '{}')
/** @type {string[]} */
const could = []
/** @param {string} what @param {() => unknown} act a truthy value: it worked */
const attempt = (what, act) => {
  try {
    if (act()) could.push(what)
  } catch {
    // As it should be.
  }
}

attempt('read a file of the instructor', () => readFileSync(canary))
attempt('read the accounts of the machine', () => readFileSync('/etc/shadow'))
for (const folder of ['/', '/usr', '/etc', '/home', '/var/tmp', '/dev', process.cwd()].filter(
  (f) => !mayWrite.includes(f),
)) {
  attempt(`write to ${folder}`, () => (writeFileSync(`${folder}/gym-probe`, 'x'), true))
}
attempt('see the environment', () => Object.keys(process.env).some((name) => !variables.includes(name)))
attempt('see other processes', () => readdirSync('/proc').filter((name) => /^\d+$/.test(name)).length > 6)
attempt('use a network', () => Object.keys(networkInterfaces()).some((name) => name !== 'lo'))
const status = readFileSync('/proc/self/status', 'latin1')
attempt('use capabilities', () => !/^CapEff:\s*0+$/m.test(status) || !/^CapBnd:\s*0+$/m.test(status))
attempt('gain rights', () => !/^NoNewPrivs:\s*1$/m.test(status))
attempt('be root', () => process.getuid?.() === 0)
const limits = readFileSync('/proc/self/limits', 'latin1')
for (const name of ['Max cpu time', 'Max file size', 'Max data size', 'Max processes', 'Max open files']) {
  attempt(`go past the limit "${name}"`, () => new RegExp(`^${name}\\s+unlimited`, 'm').test(limits))
}
attempt('fill memory-backed folders', () => existsSync('/dev/shm') && fits('/dev/shm', 12))
attempt('fill the temporary folder', () => fits('/tmp', 40))

/** @param {string} folder @param {number} megabytes */
function fits(folder, megabytes) {
  const chunk = Buffer.alloc(4 * 1024 * 1024)
  for (let i = 0; i < megabytes / 4; i++) writeFileSync(`${folder}/gym-fill-${i}`, chunk)
  return true
}

const socket = connect({ host: '127.0.0.1', port })
const end = () => {
  socket.destroy()
  process.stdout.write(`${JSON.stringify(could)}\n`)
}
socket.once('connect', () => {
  could.push('reach a server on this machine')
  end()
})
socket.once('error', end)
socket.setTimeout(2_000, end)
