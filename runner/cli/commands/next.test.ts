import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { makeProject, type GymResult, type ProjectFixture } from '../../testing/project-fixtures.ts'

/** Moving on from a red exercise by one's own word, and coming back to it. */

let project: ProjectFixture
const run = (...args: string[]): Promise<GymResult> => project.gym(args)
const journal = (): string => readFileSync(join(project.root, 'workspace/attempts.jsonl'), 'utf8')

beforeAll(() => {
  project = makeProject(['languages/money-split'])
})

async function refusal(...args: string[]): Promise<unknown> {
  const before = journal()
  const { code, json } = await run(...args, '--json')
  expect([code, journal() === before], 'nothing is recorded').toEqual([2, true])
  return (json()['error'] as Record<string, unknown>)['code']
}

test(
  'next stays with what is red; --skip records it and goes on; list shows it as open',
  { timeout: 120_000 },
  async () => {
    expect((await run('next', '--json')).json()).toMatchObject({ slug: 'hello-gym', score: 25 })
    expect(await refusal('next', 'money-split', '--skip')).toBe('skip-not-started')
    expect((await run('next', '--json')).json()).toMatchObject({ slug: 'hello-gym' })
    const { code, json } = await run('next', '--skip', '--json')
    expect(code).toBe(1)
    expect(json()).toMatchObject({
      slug: 'money-split',
      attempt: 1,
      skipped: { slug: 'hello-gym', language: 'ts', score: 25 },
    })
    expect((await run('list', '--json', '--state', 'skipped')).json()).toMatchObject({
      areas: [{ exercises: [{ slug: 'hello-gym', state: 'skipped', best: 25 }] }],
    })
    expect((await run('list', '--plain')).stdout).toMatch(/↷ hello-gym .* skipped, still open, best 25/)
    expect((await run('progress', '--json')).json()).toMatchObject({ areas: [{ started: 1, skipped: 1, passed: 0 }] })
  },
)

test(
  'a skipped exercise: only its name brings it back, and then next stays with it',
  { timeout: 120_000 },
  async () => {
    const inside = { startedIn: join(project.root, 'workspace/hello-gym') }
    expect((await project.gym(['next', '--json'], inside)).json()).toMatchObject({ slug: 'money-split' })
    expect((await run('next', 'hello-gym')).stdout).toMatch(/Back to hello-gym, skipped at 25 of 100\./)
    const { stdout } = await run('next')
    expect(stdout).toMatch(/^hello-gym · /m)
    expect(stdout).not.toMatch(/Back to/)
  },
)

test('--skip on the screen: one sentence with score, list and the way back', { timeout: 120_000 }, async () => {
  const { stdout } = await run('next', '--skip', '--plain')
  expect(stdout.replace(/\s+/g, ' ')).toContain(
    'Skipped hello-gym at 25 of 100. It stays open in npm run list; go back to it with npm run next -- hello-gym',
  )
  expect(stdout).toMatch(/^money-split · /m)
})

test('a pass ends it; what is passed, and the last that is open, cannot be skipped', { timeout: 120_000 }, async () => {
  const main = join(project.root, 'workspace/hello-gym/src/main.ts')
  writeFileSync(main, readFileSync(main, 'utf8').replace("'Hello, world'", '`Hello, ${request.name}`'))
  expect((await run('check', 'hello-gym', '--json')).json()).toMatchObject({ verdict: 'passed', passed: true })
  expect((await run('hint', 'hello-gym')).stdout).toMatch(/nothing to hint at/)
  expect(await refusal('next', 'hello-gym', '--skip')).toBe('skip-passed')
  // Right after the pass: what was left open before is not what they mean.
  const { stderr } = await run('next', '--skip')
  expect(stderr.replace(/\s+/g, ' ')).toMatch(/"hello-gym" is passed, so .* Next comes "money-split"\./)
  expect((await run('next', '--json')).json()).toMatchObject({ slug: 'money-split' })
  expect(await refusal('next', '--skip')).toBe('skip-only-one')
})

test('an older clone in which 92 points were passed: open, not thrown back to, hinted at, and its solution is locked', async () => {
  const at = '2026-01-01T00:00:00.000Z'
  const base = { at, slug: 'hello-gym', language: 'ts' }
  const old = { event: 'attempt', verdict: 'passed', score: 92, mastered: false, hints: ['greets-the-world'], seed: 1 }
  const lines = [
    { ...base, event: 'started' },
    { ...base, ...old, durationMs: 1 },
  ]
  writeFileSync(join(project.root, 'workspace/attempts.jsonl'), `${lines.map((l) => JSON.stringify(l)).join('\n')}\n`)
  rmSync(join(project.root, 'workspace/progress.json'))
  expect((await run('list', '--json', '--state', 'skipped')).json()).toMatchObject({
    areas: [{ exercises: [{ slug: 'hello-gym', best: 92 }] }],
  })
  expect((await run('hint', '--json')).json()).toMatchObject({ slug: 'hello-gym', hint: { level: 2 } })
  expect((await run('solution', '--json')).json()).toMatchObject({ error: { code: 'solution-locked' } })
  expect((await run('next', '--json')).json()).toMatchObject({ slug: 'money-split' })
}, 120_000)
