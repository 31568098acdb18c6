import { connect } from 'node:net'
import { afterAll, expect, test } from 'vitest'
import { openFixtureRunner, type FixtureResult } from './run-fixture.ts'

/** The table "what the learner's code does → verdict" of docs/architecture.md, with everything real. */

const fixtures = openFixtureRunner()
afterAll(() => fixtures.close())

const main = (text: string): Record<string, string> => ({ 'src/main.ts': text })
const sum = `import { readFileSync } from 'node:fs'\nconst [a, b] = readFileSync(0, 'utf8').trim().split(' ').map(Number)\nconsole.log(a! + b!)\n`
const hello = `import { createServer } from 'node:http'
createServer((q, r) => { r.statusCode = q.url === '/hello' ? 200 : 404; r.end(JSON.stringify({ hello: 'world' })) }).listen(Number(process.env.PORT))\n`
const add = `export const add = (a: number, b: number) => a + b\nexport const record = (a: number, b: number) => ({ a, b, sum: a + b })\n`

function endsClean(result: FixtureResult): void {
  expect(result.elapsedMs, 'time of the run').toBeLessThan(result.allowedMs)
  expect(result.leftProcesses, 'processes left').toEqual([])
}

const reasonOf = ({ judgement: { verdict } }: FixtureResult): string =>
  'reason' in verdict ? `${verdict.kind} ${verdict.reason}` : verdict.kind

test.each([
  ['stdio-sum', sum],
  ['http-hello', hello],
  ['module-add', add],
])('%s: a right program: passed with 100', async (slug, text) => {
  const result = await fixtures.run(slug, main(text))
  expect(result.judgement).toMatchObject({
    verdict: { kind: 'passed' },
    score: { total: 100, passed: true },
    warnings: [],
  })
  endsClean(result)
})

test.each(['stdio-sum', 'http-hello', 'module-add'])(
  '%s: an endless loop at import: timed out, stopped in time',
  async (slug) => {
    const result = await fixtures.run(slug, main(`while (true) {}\n${add}`))
    expect(reasonOf(result)).toBe('timed-out')
    expect(result.judgement.score).toBeNull()
    endsClean(result)
  },
)

test.each([
  ['stdio-sum', `process.stdin.resume(); setInterval(() => {}, 1000)`],
  ['http-hello', `import { createServer } from 'node:http'\ncreateServer(() => {}).listen(Number(process.env.PORT))`],
  ['module-add', `export const add = () => new Promise(() => {})\nexport const record = add`],
])('%s: never answers: timed out at the first case', async (slug, text) => {
  const result = await fixtures.run(slug, main(text))
  expect(reasonOf(result)).toBe('timed-out')
  endsClean(result)
})

test('module-add: an endless loop in a call: timed out, and says that it was busy', async () => {
  const result = await fixtures.run(
    'module-add',
    main(`export const add = () => { for (;;); }\nexport const record = add`),
  )
  expect(result.judgement.verdict).toMatchObject({
    kind: 'timed-out',
    caseId: 'adds',
    message: expect.stringMatching(/^No answer from add within [\d.]+ s\. The process was busy all the time/),
  })
  endsClean(result)
})

const flood = `const line = 'x'.repeat(1 << 20) + '\\n'\nfor (let i = 0; i < 200; i++) process.stdout.write(line)\n`
test.each([
  ['stdio-sum', flood],
  [
    'http-hello',
    `import { createServer } from 'node:http'\n${'const flood = () => {'}${flood}${'}'}\ncreateServer((q, r) => { flood(); r.statusCode = q.url === '/hello' ? 200 : 404; r.end(JSON.stringify({ hello: 'world' })) }).listen(Number(process.env.PORT))`,
  ],
  ['module-add', `export const add = (a: number, b: number) => { ${flood} return a + b }\nexport const record = add`],
])('%s: prints 200 MB: failed, with the reason', async (slug, text) => {
  const result = await fixtures.run(slug, main(text))
  expect(reasonOf(result)).toBe('failed')
  // Node hands the output over in its own time: the case that meets the cap may be the second one.
  expect(result.judgement.cases.flatMap((c) => c.transcript)).toContainEqual({
    label: 'problem',
    text: expect.stringContaining('more than 8 MB'),
  })
  endsClean(result)
})

test.each([
  ['http-hello', 0],
  ['http-hello', 3],
  ['module-add', 0],
  ['module-add', 3],
])('%s: exits with %i at import: broken', async (slug, code) => {
  const result = await fixtures.run(slug, main(`process.exit(${code})\n${add}`))
  expect(reasonOf(result)).toBe('broken exited')
  expect(result.judgement.score).toBeNull()
  endsClean(result)
})

test('stdio-sum: exits with 0 at once: failed, nothing was printed', async () => {
  const result = await fixtures.run('stdio-sum', main('process.exit(0)'))
  expect(result.judgement).toMatchObject({ verdict: { kind: 'failed' }, score: { total: 0 } })
  endsClean(result)
})

test.each(['stdio-sum', 'http-hello', 'module-add'])('%s: does not parse: broken, with file and line', async (slug) => {
  const result = await fixtures.run(slug, main('const a = 1\nconst b = }\n'))
  expect(reasonOf(result)).toBe('broken does-not-load')
  expect(result.judgement.verdict).toMatchObject({
    message: expect.stringMatching(/src\/main\.ts does not load: line 2/),
  })
})

test.each(['stdio-sum', 'http-hello', 'module-add'])('%s: imports what is not there: broken', async (slug) => {
  expect(reasonOf(await fixtures.run(slug, main(`import { x } from './missing.ts'\nconsole.log(x)\n${add}`)))).toBe(
    'broken does-not-load',
  )
})

test.each(['stdio-sum', 'http-hello', 'module-add'])('%s: the file is missing: broken', async (slug) => {
  expect(reasonOf(await fixtures.run(slug, {}))).toBe('broken does-not-load')
})

const port = 39_417
const daemon = `import { spawn } from 'node:child_process'
spawn(process.execPath, ['-e', 'require("http").createServer(() => {}).listen(${port})'], { detached: true, stdio: 'ignore' }).unref()\n`
test.each([
  ['stdio-sum', sum],
  ['http-hello', hello],
  ['module-add', add],
])('%s: leaves a server running: judged by its cases, warned, ended', async (slug, text) => {
  const result = await fixtures.run(slug, main(`${daemon}${text}`))
  expect(result.judgement).toMatchObject({ verdict: { kind: 'passed' }, score: { total: 100 } })
  expect(result.judgement.warnings.join()).toMatch(/left running|left something running/)
  endsClean(result)
  expect(await accepts(port)).toBe(false)
})

test('module-add: leaves a timer running: judged by its cases, warned', async () => {
  const result = await fixtures.run('module-add', main(`setInterval(() => {}, 1000)\n${add}`))
  expect(result.judgement).toMatchObject({
    verdict: { kind: 'passed' },
    warnings: [expect.stringContaining('Timeout')],
  })
})

function accepts(to: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port: to })
    socket.once('connect', () => (socket.destroy(), resolve(true)))
    socket.once('error', () => resolve(false))
  })
}
