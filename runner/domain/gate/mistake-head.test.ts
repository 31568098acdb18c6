import { describe, expect, test } from 'vitest'
import { firstSentence, isMistakeId, namedProblems, parseHead, renderHead, trueHints } from './mistake-head.ts'

const whole = `Breaks: 2, 5
Hint: drops-last-line, stops-early
Base: alternative
The last line has no line end, so a reader by lines loses it.
In production the newest entry goes missing.
`

const problemsOf = (text: string): string[] =>
  parseHead('drops-last-line', text).problems.map((p) => `${p.rule}: ${p.message}`)

/** A head in which nothing is missing, around the lines that a test is about. */
const around = (lines: string): string => `${/^Breaks/m.test(lines) ? '' : 'Breaks: 2\n'}${lines}\nA sentence.\n`

test('parseHead: a whole head: every part, and no problem', () => {
  expect(parseHead('drops-last-line', whole)).toEqual({
    head: {
      breaks: [2, 5],
      hints: ['drops-last-line', 'stops-early'],
      base: 'alternative',
      paragraph:
        'The last line has no line end, so a reader by lines loses it.\nIn production the newest entry goes missing.',
    },
    problems: [],
  })
})

test('parseHead: nothing written: the defaults, and both missing parts told', () => {
  const { head, problems } = parseHead('drops-last-line', '')
  expect(head).toEqual({ breaks: [], hints: null, base: 'reference', paragraph: '' })
  expect(problems.map((p) => p.rule)).toEqual(['mistake-head', 'mistake-head'])
})

test.each([
  ['no line end behind the last field', 'Breaks: 3', [3]],
  ['no space behind the colon', 'Breaks:3,4\n', [3, 4]],
])('parseHead: %s: read all the same', (_what, text, breaks) => {
  expect(parseHead('x', text).head.breaks).toEqual(breaks)
})

test.each([
  ['no requirement', 'Breaks:', /"Breaks: " must name requirements/],
  ['a word for a requirement', 'Breaks: 2, two', /"Breaks: 2, two" must name requirements/],
  ['requirement 0', 'Breaks: 0', /must name requirements/],
  ['a requirement twice', 'Breaks: 2, 2', /must name requirements/],
  ['no hint', 'Hint:', /"Hint: " must name one or more hints/],
  ['a bad hint id', 'Hint: Drops_Last', /"Hint: Drops_Last" must name/],
  ['a hint twice', 'Hint: a, a', /must name one or more hints/],
  ['a requirement beside a hint', 'Hint: a, requirement', /must name one or more hints, .* or "requirement"/],
  ['another base', 'Base: starter', /"Base: starter" must be "alternative"/],
  ['a base that needs no line', 'Base: reference', /without the line it is the reference/],
  ['an unknown line', 'Hnt: a', /the head has a line "Hnt:"; it knows Breaks, Hint, Base/],
  ['a line twice', 'Hint: a\nHint: b', /"Hint:" stands twice/],
  ['a field below the paragraph', 'Text.\nHint: a', /the line "Hint:" must stand above the paragraph/],
  ['two paragraphs', 'One.\n\nTwo.', /one paragraph, without an empty line inside/],
  ['a long line', 'x'.repeat(121), /a line of 121 characters; 120 is the most/],
])('parseHead: %s: told, and nothing else', (_what, lines, message) => {
  const problems = problemsOf(around(lines))
  expect(problems).toEqual([expect.stringMatching(message)])
  expect(problems[0]).toMatch(/^mistake-form: /)
})

test('parseHead: several faults: all of them at once', () => {
  expect(problemsOf('Breaks: x\nHint: ?\nBase: y\nHnt: z\n')).toHaveLength(5)
})

test('parseHead, renderHead: a whole head: the same bytes again', () => {
  expect(renderHead(parseHead('x', whole).head)).toBe(whole)
})

test.each([
  ['lines in another order', 'Hint: a\nBreaks: 2\nText.\n', 'Breaks: 2\nHint: a\nText.\n'],
  ['requirements in another order', 'Breaks: 5,2\n', 'Breaks: 2, 5\n'],
  ['spaces at the end of a line', 'Breaks: 2 \nText. \nMore.  \n', 'Breaks: 2\nText.\nMore.\n'],
  ['empty lines around the paragraph', 'Breaks: 2\n\nText.\n\n', 'Breaks: 2\nText.\n'],
  ['its own id as hint', 'Hint: own\n', ''],
])('renderHead: %s: brought into one form', (_what, text, canonical) => {
  expect(renderHead(parseHead('own', text).head)).toBe(canonical)
})

test('trueHints: none named: the hint of its own name', () => {
  expect(trueHints('own', { hints: null })).toEqual(['own'])
  expect(trueHints('own', { hints: ['requirement'] })).toEqual(['requirement'])
})

describe('firstSentence', () => {
  test.each([
    ['one sentence', 'The last line is lost.', 'The last line is lost.'],
    ['two sentences', 'It is lost. Nobody sees it.', 'It is lost.'],
    ['over two lines', 'It is\nlost. Then more.', 'It is lost.'],
    ['an abbreviation inside', 'A limit, e.g. of rows, is off by one. More.', 'A limit, e.g. of rows, is off by one.'],
    ['a number with a dot', 'It takes 1.5 as 15. More.', 'It takes 1.5 as 15.'],
    ['no full stop', 'It is lost', 'It is lost'],
    ['nothing', '', ''],
  ])('%s', (_what, paragraph, sentence) => {
    expect(firstSentence({ paragraph })).toBe(sentence)
  })
})

test('namedProblems: requirements and hints that are not there: each told', () => {
  const head = { breaks: [2, 9], hints: ['a', 'b', 'requirement'], base: 'reference', paragraph: '' } as const
  expect(namedProblems(head, new Set([1, 2]), new Set(['a'])).map((p) => p.message)).toEqual([
    'Breaks names requirement 9, which the brief does not have',
    'Hint names "b", which hints.json does not have',
  ])
})

test.each(['a', 'drops-last-line', '2nd-try'])('isMistakeId: %s: yes', (id) => {
  expect(isMistakeId(id)).toBe(true)
})
test.each(['', 'A', 'a_b', '-a', 'a-', 'a--b', 'a.b', '../a', 'a/b'])('isMistakeId: %j: no', (id) => {
  expect(isMistakeId(id)).toBe(false)
})
