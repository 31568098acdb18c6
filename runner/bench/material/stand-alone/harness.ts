import { spawn, type ChildProcess } from 'node:child_process'
import { createServer, type AddressInfo } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { test as base } from 'vitest'

/**
 * The baseline's `#harness`: what a person would write who tests the same program with vitest alone. The learner's
 * module is imported into the test's own process; a server is a child on a free port; a program is a child.
 */

export { expect } from 'vitest'

interface Options {
  json?: unknown
  body?: string
  headers?: Record<string, string>
}

interface Answer {
  status: number
  headers: Record<string, string>
  text: string
  json: () => unknown
}

interface Fixtures {
  subject: { call: (name: string, args?: unknown[]) => Promise<unknown> }
  server: { request: (method: string, path: string, options?: Options) => Promise<Answer> }
  program: { run: (options?: { stdin?: string; args?: string[] }) => Promise<{ code: number | null; stdout: string }> }
}

const entry = 'src/main.ts'

export const test = base.extend<Fixtures>({
  subject: async ({}, use) => {
    const module = (await import('./src/main.ts')) as unknown as Record<string, (...args: unknown[]) => unknown>
    await use({ call: async (name, args = []) => module[name]?.(...args) })
  },
  server: [
    async ({}, use) => {
      const port = await freePort()
      const child = spawn(process.execPath, [entry], { env: { ...process.env, PORT: String(port) }, stdio: 'ignore' })
      await listening(child, port)
      await use({ request: (method, path, options = {}) => send(port, method, path, options) })
      child.kill()
    },
    { scope: 'file' },
  ],
  program: async ({}, use) => {
    await use({ run: ({ stdin = '', args = [] } = {}) => finished(spawn(process.execPath, [entry, ...args]), stdin) })
  },
})

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer()
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo
      probe.close(() => resolve(port))
    })
  })
}

async function listening(child: ChildProcess, port: number): Promise<void> {
  while (child.exitCode === null) {
    const answer = await fetch(`http://127.0.0.1:${port}/`).catch(() => null)
    if (answer) return void (await answer.arrayBuffer())
    await pause(10)
  }
  throw new Error('the server ended before it listened')
}

async function send(port: number, method: string, path: string, { json, body, headers }: Options): Promise<Answer> {
  const content =
    json === undefined
      ? { headers, body }
      : { headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(json) }
  const response = await fetch(`http://127.0.0.1:${port}${path}`, { method, ...content } as RequestInit)
  const text = await response.text()
  return {
    status: response.status,
    headers: Object.fromEntries(response.headers),
    text,
    json: () => JSON.parse(text) as unknown,
  }
}

function finished(child: ChildProcess, stdin: string): Promise<{ code: number | null; stdout: string }> {
  let stdout = ''
  child.stdout?.on('data', (chunk: Buffer) => (stdout += chunk.toString('utf8')))
  child.stdin?.end(stdin)
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, stdout })))
}
