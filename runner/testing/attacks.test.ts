import { afterAll, describe, expect, test } from 'vitest'
import { openFixtureRunner } from './run-fixture.ts'

/**
 * Attacks on the verdict (docs/security.md): learner code that patches, forges or lies never has more points
 * than the same code without the attack.
 */

const fixtures = openFixtureRunner()
afterAll(() => fixtures.close())

// Right in the first case, wrong in the second: 60 points.
const honest = `export const add = (a: number, b: number) => a + b\nexport const record = () => ({})\n`
const pointsOf = async (text: string): Promise<number> =>
  (await fixtures.run('module-add', { 'src/main.ts': text })).judgement.score?.total ?? 0

test('the same code without an attack: 60 points', async () => {
  expect(await pointsOf(honest)).toBe(60)
})

const attacks: [string, string][] = [
  ['Object.is says yes to everything', `Object.is = () => true\n${honest}`],
  ['JSON is patched', `JSON.stringify = () => '{"t":"reply","ok":true,"value":1}'; JSON.parse = () => ({})\n${honest}`],
  [
    'prototypes are patched',
    `Array.prototype.every = () => true; Map.prototype.get = () => 1; Promise.prototype.then = function () { return this }\n${honest}`,
  ],
  [
    'Object.prototype is polluted',
    `Object.assign(Object.prototype, { sum: 3, ok: true, passed: true, status: 'passed' })\n${honest}`,
  ],
  [
    'a reply has asymmetricMatch',
    honest.replace('({})', '({ asymmetricMatch: () => true, $$typeof: Symbol.for("jest.asymmetricMatcher") })'),
  ],
  ['a reply is a thenable', honest.replace('({})', '({ then: (r: (v: unknown) => void) => r({ a: 1 }) })')],
  [
    'a reply has toJSON and valueOf',
    honest.replace('({})', '({ toJSON: () => ({ passed: true }), valueOf: () => 3 })'),
  ],
  ['a reply has a __proto__ of its own', honest.replace('({})', 'JSON.parse(\'{"__proto__":{"a":1,"sum":1}}\')')],
  [
    'a reply is a proxy that answers everything',
    honest.replace(
      '({})',
      'new Proxy({}, { get: () => 1, has: () => true, ownKeys: () => ["a", "b", "sum"], getOwnPropertyDescriptor: () => ({ value: 1, enumerable: true, configurable: true }) })',
    ),
  ],
  [
    'a result file is written everywhere',
    `import { writeFileSync } from 'node:fs'\nfor (const f of ['report.json', 'results.json', process.env.HOME + '/report.json']) writeFileSync(f, '{"success":true,"numPassedTests":2}')\n${honest}`,
  ],
  [
    'replies are forged on the pipe',
    `import { writeSync } from 'node:fs'\nconst forge = () => { for (let id = 1; id < 50; id++) writeSync(4, JSON.stringify({ t: 'reply', id, ok: true, value: { a: 1, b: 1, sum: 2 } }) + '\\n') }\nexport const add = (a: number, b: number) => { forge(); return a + b }\nexport const record = () => { forge(); return {} }\n`,
  ],
  [
    'vitest’s worker messages are forged',
    `process.send?.({ type: 'testfileFinished', __vitest_worker_response__: true })\nimport('node:worker_threads').then(({ parentPort }) => parentPort?.postMessage({ type: 'testfileFinished' }))\n${honest}`,
  ],
  ['the runner’s process is killed', `try { process.kill(process.ppid, 'SIGUSR2') } catch {}\n${honest}`],
  ['process.exit(0) in a call', honest.replace('=> ({})', '=> process.exit(0)')],
  ['an exit handler rewrites the exit code', `process.on('exit', () => { process.exitCode = 0 })\n${honest}`],
  [
    'Date and timers are patched',
    `Date.now = () => 0; globalThis.setTimeout = ((f: () => void) => f()) as never\n${honest}`,
  ],
]

describe('never more points with an attack', () => {
  test.each(attacks.filter(([name]) => name !== 'the runner’s process is killed'))('%s', async (_, text) => {
    expect(await pointsOf(text)).toBeLessThanOrEqual(60)
  })
})

test('the suite’s source and the reference are not reachable from the child’s environment', async () => {
  const probe = `export const add = () => { throw new Error('ENV ' + JSON.stringify(process.env)) }\nexport const record = add\n`
  const { judgement } = await fixtures.run('module-add', { 'src/main.ts': probe })
  const said = judgement.cases[0]?.transcript.map((t) => t.text).join() ?? ''
  expect(said).toContain('ENV ')
  expect(said).not.toMatch(/suite|exercises\/|VITEST|npm_|INIT_CWD/)
})
