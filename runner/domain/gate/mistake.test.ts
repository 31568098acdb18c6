import { expect, test } from 'vitest'
import { applyMistake, parseMistake, renderMistake } from './mistake.ts'

const head = 'Breaks: 2\nThe last line is lost.\n'
const diff = '--- a/ts/src/main.ts\n+++ b/ts/src/main.ts\n@@ -1,2 +1,2 @@\n a\n-b\n+c\n'
const base = new Map([['ts/src/main.ts', 'a\nb\n']])
const languages = ['ts', 'py'] as const

const problemsOf = (text: string, id = 'own'): string[] => {
  const mistake = parseMistake(id, text, languages)
  const problems = mistake.problems.length > 0 ? mistake.problems : applyMistake(text, mistake, base).problems
  return problems.map((p) => `${p.rule}: ${p.message}`)
}

test('parse → apply: a sound patch: its head, its changes and no problem', () => {
  const text = `${head}\n${diff}`
  const mistake = parseMistake('own', text, languages)
  expect(mistake.problems).toEqual([])
  expect(applyMistake(text, mistake, base)).toEqual({
    changes: [{ path: 'ts/src/main.ts', before: 'a\nb\n', after: 'a\nc\n' }],
    problems: [],
  })
})

test('parse: a diff without a head: only the missing parts of the head are told', () => {
  expect(problemsOf(diff).map((p) => p.split(':')[0])).toEqual(['mistake-head', 'mistake-head'])
})

test.each(['Own', '', 'a b', '..'])('parse: the id %j: told', (id) => {
  expect(problemsOf(`${head}\n${diff}`, id)).toEqual([expect.stringMatching(/^mistake-form: ".*" is no id/)])
})

test.each([
  ['absolute', '/etc/passwd', /is absolute/],
  ['upwards', 'ts/../../x', /an empty part, "\." or "\.\."/],
  ['with an empty part', 'ts//x', /an empty part/],
  ['another language', 'rb/main.rb', /outside of the exercise's languages \(ts, py\)/],
  ['no language', 'main.ts', /outside of the exercise's languages/],
  ['a language alone', 'ts', /none that a learner writes/],
  ['a space', 'ts/a b', /a sign that is no letter/],
  ['a file of ours', 'ts/package.json', /none that a learner writes/],
  ['a folder of ours', 'ts/node_modules/x/index.js', /none that a learner writes/],
])('parse: a path that is %s: told', (_what, path, message) => {
  const text = `${head}\n${diff.replaceAll('ts/src/main.ts', path)}`
  const problems = parseMistake('own', text, languages).problems.filter((p) => p.rule === 'mistake-path')
  expect(problems.map((p) => p.message)).toEqual([expect.stringMatching(message)])
})

test('parse: faults of id, head, diff and path: all of them at once', () => {
  const text = `Breaks: x\n\n${diff.replaceAll('ts/', 'rb/')}${diff.replaceAll('ts/', 'rb/')}`
  const rules = parseMistake('Own', text, languages).problems.map((p) => p.rule)
  expect(new Set(rules)).toEqual(new Set(['mistake-form', 'mistake-head', 'mistake-patch', 'mistake-path']))
})

test.each([
  ['a missing empty line', `${head}${diff}`, /line 3 is not/],
  ['a second empty line', `${head}\n\n${diff}`, /line 4 is not/],
  ['time stamps', `${head}\n${diff.replace('main.ts\n', 'main.ts\t2026-01-01\n')}`, /line 4 is not/],
  ['a git header', `${head}\n${diff.replace('--- ', 'diff --git a/x b/x\n--- ')}`, /line 4 is not/],
  ['less context', `${head}\n${diff}`.replace('-1,2 +1,2 @@\n a', '-2,1 +2,1 @@'), /line 6 is not/],
  ['words behind the diff', `${head}\n${diff}bye\n`, /line 10 is not/],
  ['the lines have moved', `${head}\n${diff.replace('@@ -1,2 +1,2', '@@ -3,2 +3,2')}`, /line 6 is not/],
  ['fields in another order', `Base: alternative\n${head}\n${diff}`, /line 1 is not/],
  ['an ending cut off', `${head}\n${diff}`.slice(0, -1), /ends too early/],
])('apply: %s: not canonical', (_what, text, message) => {
  const problems = problemsOf(text)
  expect(problems.length).toBeGreaterThan(0)
  expect(problems.join('\n')).toMatch(message)
})

test('apply: a diff that does not fit: told as that, not as a matter of form', () => {
  expect(problemsOf(`${head}\n${diff.replace('-b', '-x')}`)).toEqual([
    expect.stringMatching(/^mistake-patch: its diff does not fit ts\/src\/main\.ts/),
  ])
})

test('apply: a patch with CRLF on a file with LF: does not fit', () => {
  expect(problemsOf(`${head}\n${diff}`.replaceAll('\n', '\r\n'))).toEqual([expect.stringMatching(/does not fit/)])
})

test('render: the same content twice: the same bytes', () => {
  const mistake = parseMistake('own', `${head}\n${diff}`, languages)
  const { changes } = applyMistake('', mistake, base)
  expect(renderMistake(mistake.head, changes)).toBe(`${head}\n${diff}`)
  expect(renderMistake(mistake.head, changes.toReversed())).toBe(`${head}\n${diff}`)
})
