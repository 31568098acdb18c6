import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findCommand } from '../../adapters/process/find-command.ts'
import { findSandbox } from '../../adapters/sandbox/find-sandbox.ts'
import { everyMarker, markers, type Attack } from './attack.ts'
import { canaryFile, openGradeSlot, removeCanary, type Graded, type GradeSlot, type SlotWork } from './grade-slot.ts'
import { withoutSandbox } from './r31-no-sandbox.ts'
import { leasedWorks, lookOn } from './r36-command-lines.ts'
import { killedWorks, killInTheMiddle } from './r32-killed-grader.ts'

/** Every case of this folder, in grade mode: its verdict, its points, what it lets out, and what it leaves behind. */

const hasSandbox = process.platform === 'linux' && findCommand('bwrap') !== null
const mayBeLeftOut = !hasSandbox && process.env['GYM_REQUIRE_ALL'] !== '1'

// R23 to R28 are those of intake (intake.test.ts); R33 is in cli/grading/shared-readers.test.ts.
const files = readdirSync(import.meta.dirname)
  .filter((name) => /^r([01]\d|2[0-2]|29|3\d)-[a-z0-9-]+\.ts$/.test(name))
  .sort()
const loaded = await Promise.all(
  files.map(async (name) => (await import(join(import.meta.dirname, name))) as { attacks?: readonly Attack[] }),
)
const attacks = loaded.flatMap(({ attacks: own = [] }) => own)

let slot: GradeSlot
beforeAll(async () => {
  if (mayBeLeftOut) return
  writeFileSync(canaryFile, `${markers.file}\n`)
  slot = await openGradeSlot()
})
afterAll(async () => {
  await slot?.close()
  removeCanary()
})

const workOf = ({ exercise, language, base, files: laid, seed = 7 }: Attack, other = laid): SlotWork => ({
  exercise,
  language,
  base,
  files: other,
  seed,
})

/** What is not installed here is left out, but where everything is required. */
async function graded(work: SlotWork, skip?: (why: string) => never): Promise<Graded> {
  const answer = await slot.grade(work)
  if ('problem' in answer) throw new Error(answer.problem)
  if (!('missing' in answer)) return answer
  const lacks = `this machine lacks ${answer.missing.join(', ')}`
  if (skip && process.env['GYM_REQUIRE_ALL'] !== '1') skip(lacks)
  throw new Error(lacks)
}

/** What a person needs who has to find out why. */
const story = ({ verdict, cases, stderr, warnings }: Graded['judgement']): string =>
  JSON.stringify({
    verdict,
    red: cases.filter((c) => c.status !== 'passed').map((c) => [c.id, ...c.transcript.slice(-6)]),
    warnings,
    stderr,
  }).slice(0, 4_000)

/** Of an honest work, once for all attacks on it. */
const known = new Map<string, Promise<number>>()
function pointsOf(work: SlotWork): Promise<number> {
  const key = JSON.stringify(work)
  const points = known.get(key) ?? graded(work).then(({ judgement }) => judgement.score?.total ?? 0)
  known.set(key, points)
  return points
}

describe.skipIf(mayBeLeftOut)('the red team, in the sandbox', () => {
  test('every case of R00 to R22, R29 to R32 and from R34 on is here', () => {
    const ids = new Set([...attacks.map((attack) => attack.id), 'R31', 'R32', 'R36'])
    const wanted = Array.from({ length: 38 }, (_, i) => `R${String(i).padStart(2, '0')}`).filter(
      (id) => (id < 'R23' || id > 'R28') && id !== 'R33',
    )
    expect(wanted.filter((id) => !ids.has(id))).toEqual([])
  })

  test.for(
    attacks.map((attack): [string, Attack] => [
      `${attack.id} ${attack.title} (${attack.exercise}, ${attack.language})`,
      attack,
    ]),
  )('%s', { timeout: 180_000 }, async ([, attack], { skip }) => {
    const { judgement } = await graded(workOf(attack), skip)
    const { verdict, score } = judgement
    const told = JSON.stringify(judgement)
    expect(attack.expected.verdicts, `the verdict; ${story(judgement)}`).toContain(verdict.kind)
    expect(score?.total ?? 0, 'points').toBeLessThanOrEqual(attack.expected.most)
    expect(score?.total ?? 0, `points; ${story(judgement)}`).toBeGreaterThanOrEqual(attack.expected.least ?? 0)
    if (attack.honest)
      expect(score?.total ?? 0, 'points, against those without the attack').toBeLessThanOrEqual(
        await pointsOf(workOf(attack, attack.honest)),
      )
    if (attack.expected.says) expect(JSON.stringify([verdict, judgement.warnings])).toMatch(attack.expected.says)
    if (attack.expected.shows) expect(told, 'a sign that the attack ran').toMatch(attack.expected.shows)
    expect(
      [...everyMarker, ...(attack.leakMarkers ?? [])].filter(
        (marker) => told.includes(JSON.stringify(marker).slice(1, -1)) || slot.said().includes(marker),
      ),
      'what leaked',
    ).toEqual([])
    await expect
      .poll(slot.learnersProcesses, { timeout: 1_000, interval: 50, message: 'processes left after a second' })
      .toEqual([])
    expect(slot.alive(), 'the grader lives').toBe(true)
  })

  test('R31 no sandbox on the machine: refuses, and says what to install', () => {
    const refused = withoutSandbox(() => thrownBy(() => findSandbox(import.meta.dirname, [])))
    expect(refused).toMatchObject({
      code: 'no-sandbox',
      exitCode: 3,
      message: expect.stringMatching(/^Refusing to grade without a sandbox/),
      remedy: expect.stringContaining('apt-get install bubblewrap'),
    })
  })

  test.for(leasedWorks.map((work) => [work.exercise, work] as const))(
    'R36 the password of a leased server stands on no command line: %s',
    { timeout: 90_000 },
    async ([, work], { skip }) => {
      await graded(work, skip)
      const { sandboxes, telling } = await lookOn(slot, work)
      expect(sandboxes).toBeGreaterThan(0)
      expect(telling).toEqual([])
    },
  )

  test.each(
    killedWorks.flatMap((work): [string, number][] => [0, 300].map((laterMs) => [work, laterMs])) as [
      (typeof killedWorks)[number],
      number,
    ][],
  )(
    'R32 the grader is killed while a work %s, %i ms after its start: no process of it is left',
    { timeout: 90_000 },
    async (work, laterMs) => {
      const other = await openGradeSlot()
      expect(await killInTheMiddle(other, work, laterMs)).toEqual([])
      await other.close()
    },
  )
})

function thrownBy(work: () => unknown): unknown {
  try {
    return work()
  } catch (error) {
    return error
  }
}
