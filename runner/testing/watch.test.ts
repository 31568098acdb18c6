import type { ChildProcess } from 'node:child_process'
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { patience } from '../harness/run/patience.ts'
import { processesLike } from './process-list.ts'
import { makeProject, type ProjectFixture } from './project-fixtures.ts'

/** Watch mode from the outside: saves in, one verdict a line out. */

let project: ProjectFixture
let watching: ChildProcess | null = null
const main = (): string => join(project.root, 'workspace/hello-gym/src/main.ts')

beforeAll(async () => {
  project = makeProject()
  await project.gym(['next'])
})

afterEach(() => void watching?.kill('SIGKILL'))

interface Verdicts {
  /** The next object that was not taken yet. */
  next: () => Promise<Record<string, unknown>>
  pending: () => number
}

function verdictsOf(child: ChildProcess): Verdicts {
  const lines: string[] = []
  let rest = ''
  child.stdout?.on('data', (chunk: Buffer) => {
    const parts = (rest + chunk.toString('utf8')).split('\n')
    rest = parts.pop() ?? ''
    lines.push(...parts)
  })
  const next = async (): Promise<Record<string, unknown>> => {
    const until = Date.now() + 15_000 * patience()
    while (lines.length === 0) {
      if (Date.now() > until) throw new Error('no verdict came')
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
    return JSON.parse(lines.shift() as string) as Record<string, unknown>
  }
  return { next, pending: () => lines.length }
}

const processesOfProject = (): string[] => processesLike((words) => words.includes(project.root))

const right = (text: string): string => text.replace("'Hello, world'", '`Hello, ${request.name}`')

describe('watch --json', () => {
  test(
    'a verdict at the start and after each kind of save, always of what is on disk',
    { timeout: 120_000 },
    async () => {
      const starter = readFileSync(main(), 'utf8')
      watching = project.start(['watch', '--json'])
      const verdicts = verdictsOf(watching)
      expect(await verdicts.next()).toMatchObject({ slug: 'hello-gym', verdict: 'failed' })
      const saves: [string, () => void, string][] = [
        ['in place', () => writeFileSync(main(), right(starter)), 'passed'],
        ['by renaming', () => (writeFileSync(`${main()}~`, starter), renameSync(`${main()}~`, main())), 'failed'],
        ['deleted', () => rmSync(main()), 'broken'],
        ['new', () => writeFileSync(main(), right(starter)), 'passed'],
        [
          'a second file that it imports',
          () => {
            writeFileSync(join(main(), '..', 'words.ts'), "export const hello = 'Hallo'\n")
            writeFileSync(
              main(),
              `import { hello } from './words.ts'\n${right(starter).replace('Hello,', '${hello},')}`,
            )
          },
          'failed',
        ],
        [
          'only the imported file',
          () => writeFileSync(join(main(), '..', 'words.ts'), "export const hello = 'Hello'\n"),
          'passed',
        ],
      ]
      for (const [how, save, wanted] of saves) {
        save()
        // A save in several steps may be checked in between; the last verdict is that of the files as they are.
        let verdict = await verdicts.next()
        while (verdict['verdict'] !== wanted) verdict = await verdicts.next()
        expect([how, verdict['verdict']]).toEqual([how, wanted])
      }
    },
  )

  test('rm -rf under it: no attempt and no state; after undo it goes on', { timeout: 60_000 }, async () => {
    const folder = join(project.root, 'workspace/hello-gym')
    watching = project.start(['watch', '--json'])
    const verdicts = verdictsOf(watching)
    await verdicts.next()
    const attempts = async () => (await project.gym(['progress', '--json'])).json()['attempts']
    const before = await attempts()
    rmSync(folder, { recursive: true })
    expect(await verdicts.next()).toMatchObject({ error: { code: 'workspace-gone' } })
    expect(await attempts()).toBe(before)
    expect((await project.gym(['undo'])).code).toBe(0)
    let verdict = await verdicts.next()
    while (verdict['verdict'] === undefined) verdict = await verdicts.next()
    expect(verdict).toMatchObject({ slug: 'hello-gym', verdict: 'passed' })
  })

  test('an edited suite is in the next verdict', { timeout: 120_000 }, async () => {
    watching = project.start(['watch', '--json'])
    const verdicts = verdictsOf(watching)
    await verdicts.next()
    const suite = join(project.root, 'exercises/languages/hello-gym/suite/hello-gym.test.ts')
    const text = readFileSync(suite, 'utf8')
    writeFileSync(suite, `${text}\nthrow new Error('edited')\n`)
    writeFileSync(main(), `${readFileSync(main(), 'utf8')}\n`)
    expect(await verdicts.next()).toMatchObject({ verdict: 'broken' })
    writeFileSync(suite, text)
    writeFileSync(main(), `${readFileSync(main(), 'utf8')}\n`)
    expect(await verdicts.next()).toMatchObject({ verdict: 'passed' })
  })

  test(
    'ends at once on a signal, in the middle of a check, and leaves nothing behind',
    { timeout: 60_000 },
    async () => {
      mkdirSync(join(project.root, '.cache'), { recursive: true })
      writeFileSync(main(), 'while (true) {}\n')
      watching = project.start(['watch', '--json'])
      const ended = new Promise<number | null>((resolve) => watching?.once('exit', (code) => resolve(code)))
      await new Promise((resolve) => setTimeout(resolve, 1_500))
      watching.kill('SIGTERM')
      expect(await ended).toBe(130)
      // A process that was killed is listed until the machine finds time to end it; one that was forgotten loops for
      // ever.
      await expect.poll(processesOfProject, { timeout: 10_000 * patience() }).toEqual([])
    },
  )

  test('an unknown exercise: exit 2', async () => {
    expect((await project.gym(['watch', 'no-such-exercise'])).code).toBe(2)
  })
})

test(
  'keys on a red exercise: [n] stays and says how to leave it, [s] skips it and goes on',
  { timeout: 120_000 },
  async () => {
    const two = makeProject(['languages/money-split'])
    await two.gym(['next'])
    watching = two.start(['watch', '--plain'], { keys: true })
    let screen = ''
    watching.stdout?.on('data', (chunk: Buffer) => (screen += chunk.toString('utf8')))
    const shows = (text: RegExp) => expect.poll(() => screen, { timeout: 15_000 * patience() }).toMatch(text)
    const press = (key: string): void => void watching?.stdin?.write(`${key}\n`)
    await shows(/not yet/)
    press('n')
    await shows(/It is not passed yet\. \[s\]kip it for now/)
    expect(screen).not.toMatch(/money-split ·/)
    press('s')
    await shows(/Skipped hello-gym at 25 of 100\. It stays open: \[l\]ist leads back to it\.\s+money-split · /i)
    press('o')
    await shows(/No editor was found\. [^]*main\.ts\s+yourself\.\s+\[q\] goes back\./)
    const before = screen.length
    press('q')
    await expect.poll(() => screen.slice(before), { timeout: 15_000 * patience() }).toMatch(/\[q\]uit/)
    expect((await two.gym(['list', '--json', '--state', 'skipped'])).json()).toMatchObject({
      areas: [{ exercises: [{ slug: 'hello-gym' }] }],
    })
  },
)
