import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { seedsOf } from '../../adapters/classroom/seeds.ts'
import { findCommand } from '../../adapters/process/find-command.ts'
import { openLedger } from '../../adapters/process/group-ledger.ts'
import { startPostgres, urlOf } from '../../adapters/services/postgres.ts'
import type { GradedResult } from '../../domain/class/grading.ts'
import { processesLike } from '../process-list.ts'
import { planClass } from './class-plan.ts'
import { expectedRow, type ExpectedRow } from './expected-gradebook.ts'
import { gym, startGym, type Running } from './graders.ts'
import { writeHandIn, writeSetAndRoster } from './hand-in.ts'
import { measurePoints } from './points.ts'

/**
 * A whole class from its submissions to its gradebook, graded as it is, with graders killed and with workers killed.
 * The big one (CONTRIBUTING): GYM_CLASS_LEARNERS=200 GYM_CLASS_KILLS=20 npm run unit -- runner/testing/class
 */

const hasSandbox = process.platform === 'linux' && findCommand('bwrap') !== null
/** The class works in these, too (class-plan.ts). */
const hasLanguages = ['python3', 'javac', 'ruby'].every((name) => findCommand(name) !== null)
const mayBeLeftOut = !(hasSandbox && hasLanguages) && process.env['GYM_REQUIRE_ALL'] !== '1'
const count = Number(process.env['GYM_CLASS_LEARNERS'] ?? 7)
const kills = Number(process.env['GYM_CLASS_KILLS'] ?? 2)
/** A command's way to its first job: probes, the self-test, the known work. */
const startMs = 4_000
const timeout = 30 * 60_000

const root = join(import.meta.dirname, '..', '..', '..')
const home = mkdtempSync(join(tmpdir(), 'gym-class-'))
const learners = planClass(count)
const say = (text: string): void => void process.stderr.write(`  class: ${text}\n`)
let wanted: ExpectedRow[] = []
/** Duration of grading without a kill, and the files of its gradebook. */
const plain = { ms: 0, files: new Map<string, string>() }

const classFolder = (name: string): string => join(home, name)

beforeAll(async () => {
  if (mayBeLeftOut) return
  const points = await measurePoints(learners)
  wanted = learners.map((learner) => expectedRow(learner, points))
  writeSetAndRoster(home, learners)
  for (const learner of learners) await writeHandIn(join(home, 'hand in'), join(home, 'scratch'), learner)
  rmSync(join(home, 'scratch'), { recursive: true })
  await gym(['collect', 'hand in', '--class', 'collected', '--set', 'set.json', '--roster', 'roster.csv'], home)
  // Its copies are to be compared byte for byte, so that they draw alike: the key is made before them.
  seedsOf(classFolder('collected'), 'any')
}, timeout)

afterAll(() => rmSync(home, { recursive: true, force: true }))

function freshClass(name: string): string {
  cpSync(classFolder('collected'), classFolder(name), { recursive: true })
  return name
}

interface Told {
  learners: {
    id: string
    cells: Record<string, unknown>[]
    total: { points: number | null; blank: number; passed: boolean | null; incomplete: boolean }
  }[]
}

/** What the gradebook says of a class, and its files byte for byte. */
async function gradebookOf(
  name: string,
): Promise<{ rows: ExpectedRow[]; incomplete: string[]; files: Map<string, string> }> {
  const told = (await gym(['gradebook', '--class', name, '--format', 'all'], home)) as unknown as Told
  const rows = told.learners.map(({ id, cells, total }): ExpectedRow => ({
    id,
    cells: cells.map(
      ({ slug, state, language, score, lateMinutes, final }) =>
        ({ slug, state, language, score, lateMinutes, final }) as ExpectedRow['cells'][number],
    ),
    points: total.points,
    blank: total.blank,
    passed: total.passed === true,
  }))
  const folder = join(classFolder(name), 'gradebook')
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((e) => e.isFile())
    .map((e) => join(e.parentPath, e.name))
  return {
    rows,
    incomplete: told.learners.filter((l) => l.total.incomplete).map((l) => l.id),
    files: new Map(files.sort().map((file) => [file.slice(folder.length), readFileSync(file, 'utf8')])),
  }
}

const resultsOf = (name: string): GradedResult[] =>
  readFileSync(join(classFolder(name), 'results.jsonl'), 'utf8')
    .split('\n')
    .flatMap((line) => {
      try {
        return [JSON.parse(line) as GradedResult]
      } catch {
        return [] // Torn by a kill; the gradebook passes over it, too.
      }
    })

async function expectRight(name: string): Promise<Map<string, string>> {
  const { rows, incomplete, files } = await gradebookOf(name)
  expect(rows).toEqual(wanted)
  expect(incomplete).toEqual([])
  const results = resultsOf(name)
  const names = results.map((r) => `${r.key} ${r.learner}`)
  expect(
    names.filter((n, i) => names.indexOf(n) !== i),
    'results that are there twice',
  ).toEqual([])
  expect(
    results.filter((r) => r.score === null && r.ending === undefined).map((r) => r.slug),
    'runs without a witness that do not say why',
  ).toEqual([])
  expect(
    results.filter((r) => r.outcome !== 'graded').map((r) => r.problem),
    'system errors',
  ).toEqual([])
  return files
}

/** Graders, workers, their slots and their servers: those of this project, since another clone may be at work. */
const processesOfGrading = (): string[] =>
  processesLike(
    (words) => words.includes(root) && /bootstrap\.mjs (grade|worker)|slot-main\.ts|bwrap|gym-pg-/.test(words),
  )

describe.skipIf(mayBeLeftOut)(`a class of ${count} learners`, () => {
  test('is graded to exactly the expected gradebook', { timeout }, async () => {
    freshClass('plain')
    const started = performance.now()
    const told = await gym(['grade', '--class', 'plain'], home)
    plain.ms = performance.now() - started
    say(`${told['graded']} works in ${Math.round(plain.ms / 1000)} s`)
    plain.files = await expectRight('plain')
    expect(plain.files.size).toBeGreaterThan(5)
  })

  test(
    `a grader that is killed (-9) at ${kills} moments loses nothing and doubles nothing: identical bytes`,
    { timeout: 2 * timeout },
    async () => {
      freshClass('killed')
      const killed = { times: 0, before: [] as number[] }
      while (killed.times < kills) {
        const grader = startGym(['grade', '--class', 'killed', '--json'], home)
        const ended = await Promise.race([grader.ended, pause(momentMs(plain.ms / kills))])
        if (ended) break
        grader.child.kill('SIGKILL')
        await grader.ended
        killed.times += 1
        killed.before.push(resultCount('killed'))
      }
      say(`graders killed with ${killed.before.join(', ')} results written`)
      expect(killed.times).toBeGreaterThan(0)
      await gym(['grade', '--class', 'killed'], home)
      expect(await expectRight('killed')).toEqual(plain.files)
      await expect.poll(processesOfGrading, { timeout: 10_000 }).toEqual([])
    },
  )

  test(
    `workers that are killed (-9) at ${kills} moments lose nothing and double nothing: identical bytes`,
    { timeout: 2 * timeout },
    async () => {
      freshClass('workers')
      const ledger = openLedger(join(home, 'cache'))
      const server = await startPostgres(ledger)
      const env = { GYM_DATABASE_URL: urlOf(server.lease, 'postgres') }
      try {
        const grader = startGym(['grade', '--class', 'workers', '--workers', '0', '--json'], home, env)
        const start = (): Running => startGym(['worker', '--workers', '1', '--json'], home, env)
        const workers = [start(), start()]
        let times = 0
        while (times < kills) {
          const ended = await Promise.race([grader.ended, pause(momentMs(plain.ms / kills))])
          if (ended) break
          const victim = times % workers.length
          workers[victim]?.child.kill('SIGKILL')
          await workers[victim]?.ended
          workers[victim] = start()
          times += 1
        }
        say(`workers killed: ${times}`)
        const { code, stderr } = await grader.ended
        expect([code, stderr]).toEqual([0, ''])
        for (const { child } of workers) child.kill('SIGTERM')
        expect(
          (await Promise.all(workers.map((w) => w.ended))).map((w) => w.code),
          'workers that were told to stop',
        ).toEqual([0, 0])
        expect(times).toBeGreaterThan(0)
        expect(await expectRight('workers')).toEqual(plain.files)
      } finally {
        await server.stop()
        ledger.close()
      }
      await expect.poll(processesOfGrading, { timeout: 10_000 }).toEqual([])
    },
  )
})

/**
 * Some moment of a command's life, in its start or in its work, and before its end; on the average it does most of its
 * share.
 */
const momentMs = (shareMs: number): number => Math.min(200 + Math.random() * (startMs + 1.3 * shareMs), 0.6 * plain.ms)

const resultCount = (name: string): number => {
  try {
    return resultsOf(name).length
  } catch {
    return 0
  }
}
