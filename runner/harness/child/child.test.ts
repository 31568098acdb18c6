import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { sandboxLaunch } from '../../adapters/sandbox/bubblewrap.ts'
import { findSandbox } from '../../adapters/sandbox/find-sandbox.ts'
import { processesLike } from '../../testing/process-list.ts'
import { sandboxFault } from '../run-context.ts'
import { runWith } from '../run/run-fixtures.ts'
import { closeRun, keptText, type RunState } from '../run/run-state.ts'
import { startChild, type Child, type ChildOptions } from './child.ts'

/** Where children live, and whether this machine has it. */
const places = [
  ['on this machine', (run: RunState) => run, true],
  ['in the sandbox', inSandbox, hasSandbox()],
] as const

function hasSandbox(): boolean {
  try {
    return findSandbox('/', []).bwrap !== ''
  } catch {
    return process.env['GYM_REQUIRE_ALL'] === '1'
  }
}

function inSandbox(run: RunState): RunState {
  const { workspace, scratch } = run.context
  // The account inside is another one, and the folder of a test is private.
  chmodSync(workspace, 0o755)
  run.context.sandbox = sandboxLaunch(
    { ...findSandbox('/', []), seen: (path) => path, root: workspace, cache: join(workspace, 'cache') },
    { language: 'ts', tree: workspace, scratch, writesScratch: false, needs: [], cpuSeconds: 20 },
  )
  return run
}

const shell = (run: RunState, script: string, more: Partial<ChildOptions> = {}): Child =>
  startChild(run, { command: ['/bin/sh', '-c', script], cwd: run.context.workspace, ...more })

const said = (child: Child): string => child.stdout().toString('utf8')

const commandOf = (pid: number): string =>
  spawnSync('ps', ['-o', 'args=', '-p', String(pid)], { encoding: 'utf8' }).stdout.trim()

/** Unlike every other process of this machine. */
const token = (): string => `600.${Math.floor(Math.random() * 1e9)}`

describe.each(places)('a child %s', (_, placed, isThere) => {
  const newRun = (files: Record<string, string> = {}): RunState => placed(runWith(files))

  test.runIf(isThere)('has the folder, the words and the end that were asked for', async () => {
    const run = newRun({ 'seen.txt': 'by the child' })
    const child = shell(run, 'cat seen.txt; cat; echo broken >&2; exit 3')
    child.stdin.end(', and stdin')
    expect(await child.exited).toEqual({ code: 3, signal: null })
    expect([said(child), child.stderr(), keptText(run.stderr)]).toEqual([
      'by the child, and stdin',
      'broken\n',
      'broken\n',
    ])
    expect([...run.warnings]).toEqual([])
  })

  test.runIf(isThere)('knows what it was told, what the drivers of its run tell, and nothing of ours', async () => {
    const run = newRun()
    run.context.childEnv = { TZ: 'Asia/Kathmandu' }
    run.environment.push(() => ({ REDIS_URL: 'redis://here' }))
    process.env['GYM_UNIT_CANARY'] = 'ours'
    onTestFinished(() => void delete process.env['GYM_UNIT_CANARY'])
    const child = shell(run, 'env', { env: { PORT: '1234' } })
    await child.exited
    const lines = said(child).split('\n')
    expect(lines).toEqual(
      expect.arrayContaining(['TZ=Asia/Kathmandu', 'REDIS_URL=redis://here', 'PORT=1234', 'GYM_RUN=unit']),
    )
    expect(said(child)).not.toContain('CANARY')
  })

  test.runIf(isThere)('that dies by a signal is told to have died by it', async () => {
    expect(await shell(newRun(), 'kill -TERM $$').exited).toEqual({ code: null, signal: 'SIGTERM' })
  })

  test.runIf(isThere)('is found as the program itself, and a signal reaches it', async () => {
    const name = token()
    const found = shell(newRun(), `exec sleep ${name}`)
    await expect.poll(() => commandOf(found.pid)).toBe(`sleep ${name}`)
    await found.kill()
    const asked = shell(newRun(), `trap 'echo bye; exit 7' TERM; echo ready; while :; do sleep 0.02; done`)
    await expect.poll(() => said(asked)).toBe('ready\n')
    asked.signal('SIGTERM')
    expect(await asked.exited).toEqual({ code: 7, signal: null })
    expect(said(asked)).toBe('ready\nbye\n')
  })

  test.runIf(isThere)('is ended with everything that it has started', async () => {
    const name = token()
    const child = shell(newRun(), `(sleep ${name} &) ; sleep ${name} & echo ready; wait`)
    await expect.poll(() => said(child)).toBe('ready\n')
    await child.kill()
    expect(child.alive()).toBe(false)
    await expect.poll(() => processesLike((words) => words.includes(name))).toEqual([])
  })

  test.runIf(isThere)('what it leaves in its group is ended and named', async () => {
    const [run, name] = [newRun(), token()]
    // Inside, the last one to go takes all others along, so that there is nothing to name.
    expect(await shell(run, `sleep ${name} >/dev/null 2>&1 & exit 0`).exited).toEqual({ code: 0, signal: null })
    await expect.poll(() => processesLike((words) => words.includes(name))).toEqual([])
    await expect
      .poll(() => [...run.warnings])
      .toEqual(run.context.sandbox ? [] : ['A process was left running; it was ended.'])
  })

  test.runIf(isThere)('is stopped at its cap of output', async () => {
    const child = shell(newRun(), 'yes', { outputCap: 10_000 })
    expect((await child.exited).code).not.toBe(0)
    expect([child.flooded(), child.outputBytes() > 10_000]).toEqual([true, true])
  })

  test.runIf(isThere)('gets the pipes of the call protocol only where it is to have them', async () => {
    const child = shell(newRun(), 'cat <&3 >&4', { protocolPipes: true })
    let heard = ''
    child.fromChild?.on('data', (chunk: Buffer) => void (heard += chunk.toString('utf8')))
    child.toChild?.end('{"t":"load"}\n')
    expect(await child.exited).toEqual({ code: 0, signal: null })
    expect(heard).toBe('{"t":"load"}\n')
    const without = shell(newRun(), '{ echo x >&4; } 2>/dev/null || { [ ! -s /dev/fd/4 ] && echo silent; }')
    await without.exited
    expect([without.toChild, without.fromChild]).toEqual([null, null])
  })

  test.runIf(isThere)('may write to the folders that it was given', async () => {
    const run = newRun()
    const folder = join(run.context.scratch, 'made')
    mkdirSync(join(folder, 'deep'), { recursive: true })
    writeFileSync(join(folder, 'deep', 'old.txt'), '')
    const child = shell(run, 'echo new > deep/old.txt && cat deep/old.txt', { cwd: folder, writes: [folder] })
    await child.exited
    expect([said(child), child.stderr()]).toEqual(['new\n', ''])
  })

  test.runIf(isThere)('reaches the sockets of the harness', async () => {
    const run = newRun()
    const folder = join(run.context.scratch, 'sockets')
    mkdirSync(folder, { mode: 0o700 })
    const server = createServer().listen(join(folder, 's'))
    onTestFinished(() => void server.close())
    run.sockets.add(folder)
    const child = shell(run, '[ -S sockets/s ] && [ -w sockets/s ] && echo reached')
    await child.exited
    expect(said(child)).toBe('reached\n')
  })

  test.runIf(isThere)('ends with its run', async () => {
    const [run, name] = [newRun(), token()]
    const child = shell(run, `sleep ${name}`)
    await closeRun(run)
    expect(child.alive()).toBe(false)
    await expect.poll(() => processesLike((words) => words.includes(name))).toEqual([])
  })
})

describe.runIf(hasSandbox())('only in the sandbox', () => {
  test('what was not given cannot be written, and what was not shown cannot be seen', async () => {
    const run = inSandbox(runWith({ 'main.ts': 'mine' }))
    const child = shell(run, 'echo changed > main.ts; ls /root /home /work; echo x > /usr/x')
    await child.exited
    expect(readFileSync(join(run.context.workspace, 'main.ts'), 'utf8')).toBe('mine')
    expect(said(child)).toBe('')
    expect(child.stderr()).toMatch(/main\.ts.*(Read-only|Permission)/)
  })

  test('a folder is given once: what a child has put there is not walked as root', async () => {
    const run = inSandbox(runWith({}))
    const { owner } = run.context.sandbox ?? { owner: null }
    const folder = join(run.context.scratch, 'made')
    const ours = join(run.context.scratch, 'ours.txt')
    mkdirSync(folder)
    writeFileSync(ours, '')
    await shell(run, `ln -s ${ours} link; mkdir late`, { cwd: folder, writes: [folder] }).exited
    writeFileSync(join(folder, 'late', 'of-ours.txt'), '')
    await shell(run, 'true', { cwd: folder, writes: [folder] }).exited
    const ownerOf = (path: string): number => statSync(path).uid
    const self = process.getuid?.() ?? 0
    expect([ownerOf(folder), ownerOf(ours), ownerOf(join(folder, 'late', 'of-ours.txt'))]).toEqual([
      owner ?? self,
      self,
      self,
    ])
  })

  test('one that does not come to stand is told as our fault, in the words of whoever refused', async () => {
    const run = inSandbox(runWith({}))
    Object.assign(run.context.sandbox ?? {}, { before: ['/bin/sh', '-c', 'echo "no namespace" >&2; exit 1'] })
    expect(await shell(run, 'true').exited).toEqual({ code: 1, signal: null })
    expect([...run.warnings]).toEqual([`${sandboxFault}no namespace`])
  })

  test('one that is ended before it stands is nobody’s fault', async () => {
    const run = inSandbox(runWith({}))
    const child = shell(run, 'sleep 60')
    await child.kill()
    expect((await child.exited).signal).toBe('SIGKILL')
    expect([...run.warnings]).toEqual([])
  })
})

test('a command that does not exist ends as a shell would say it', async () => {
  const run = runWith({})
  const child = startChild(run, { command: ['/no/such/program'], cwd: run.context.workspace })
  expect(await child.exited).toEqual({ code: 127, signal: null })
  expect(child.alive()).toBe(false)
})
