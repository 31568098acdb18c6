import { describe, expect, test } from 'vitest'
import { applyDiff, parseDiff, renderDiff, type FileChange } from './mistake-patch.ts'

const change = (path: string, before: string | null, after: string | null): FileChange => ({ path, before, after })
const baseOf = (changes: readonly FileChange[]): Map<string, string> =>
  new Map(changes.flatMap(({ path, before }) => (before === null ? [] : [[path, before] as const])))
const problemsOf = (diff: string, base: Record<string, string> = {}): string[] => {
  const { files, problems } = parseDiff(diff)
  return [...problems, ...applyDiff(files, new Map(Object.entries(base))).problems].map((p) => p.message)
}
const lines = (...numbers: number[]): string => numbers.map((n) => `line ${n}\n`).join('')

test('renderDiff: several languages: paths sorted, three lines of context, no time stamps', () => {
  const before = lines(1, 2, 3, 4, 5, 6, 7, 8, 9)
  const changes = [
    change('ts/src/main.ts', before, before.replace('line 5\n', 'line five\n')),
    change('py/src/new.py', null, 'a = 1\n'),
    change('java/src/Old.java', 'class Old {}\n', null),
    change('rb/same.rb', 'a\n', 'a\n'),
  ]
  expect(renderDiff(changes)).toBe(`--- a/java/src/Old.java
+++ /dev/null
@@ -1,1 +0,0 @@
-class Old {}
--- /dev/null
+++ b/py/src/new.py
@@ -0,0 +1,1 @@
+a = 1
--- a/ts/src/main.ts
+++ b/ts/src/main.ts
@@ -2,7 +2,7 @@
 line 2
 line 3
 line 4
-line 5
+line five
 line 6
 line 7
 line 8
`)
})

const texts: [string, string | null, string | null][] = [
  ['a line changed', 'a\nb\n', 'a\nc\n'],
  ['a new file', null, 'a\n'],
  ['a new file without a line end', null, 'a'],
  ['a new empty file', null, ''],
  ['a deleted file', 'a\nb\n', null],
  ['a deleted file without a line end', 'a', null],
  ['a deleted empty file', '', null],
  ['a file emptied', 'a\n', ''],
  ['an empty file filled', '', 'a\n'],
  ['the last line end taken away', 'a\nb\n', 'a\nb'],
  ['the last line end given', 'a\nb', 'a\nb\n'],
  ['no line end before and after', 'a\nb', 'a\nc'],
  ['no line end, and a change elsewhere', lines(1, 2, 3, 4, 5, 6) + 'x', `0\n${lines(2, 3, 4, 5, 6)}x`],
  ['CRLF', 'a\r\nb\r\n', 'a\r\nc\r\n'],
  ['CRLF becomes LF', 'a\r\nb\r\n', 'a\nb\n'],
  ['one CRLF among LF', 'a\nb\nc\n', 'a\r\nb\nc\n'],
  ['lines that look like a diff', '-- a\n++ b\n@@ c\n', '--- a/x\n+++ b/x\n@@ -1,1 +1,1 @@\n\\ d\n'],
  ['empty lines at the end', 'a\n\n\n', 'a\n\n'],
  ['two places far apart', lines(1, 2, 3, 4, 5, 6, 7, 8, 9, 10), lines(0, 2, 3, 4, 5, 6, 7, 8, 9, 11)],
  ['a byte-order mark and other signs', '\ufeffä\n', '\ufeffö\u2028x\n'],
]
test.each(texts)('render → parse → apply: %s: comes back byte for byte', (_what, before, after) => {
  const changes = [change('py/other.py', 'q\n', 'r\n'), change('ts/src/main.ts', before, after)]
  const diff = renderDiff(changes)
  const { files, problems } = parseDiff(diff)
  expect(problems).toEqual([])
  const applied = applyDiff(files, baseOf(changes))
  expect(applied).toEqual({ changes, problems: [] })
  expect(renderDiff(applied.changes)).toBe(diff)
})

test('render → parse → apply: thousands of random texts: each comes back byte for byte', () => {
  let state = 7
  const below = (n: number): number => ((state = (state * 1103515245 + 12345) & 0x7fffffff) >> 8) % n
  const words = ['a', 'b', '', '-- x', '++ y', '\\ z', '@@ -1', 'c\r', 'é', '--- a/q']
  const word = (): string => words[below(words.length)] ?? ''
  const text = (): string => Array.from({ length: below(12) }, word).join('\n') + (below(3) === 0 ? '' : '\n')
  const edited = (from: string): string => from.split('\n').toSpliced(below(8), below(3), word(), word()).join('\n')
  for (let i = 0; i < 3000; i++) {
    const before = below(9) === 0 ? null : text()
    const after = before === null ? text() : below(9) === 0 ? null : edited(before)
    if (before === after) continue
    const changes = [change('ts/x', before, after)]
    const diff = renderDiff(changes)
    expect(applyDiff(parseDiff(diff).files, baseOf(changes)), diff).toEqual({ changes, problems: [] })
  }
})

describe('parseDiff', () => {
  const file = '--- a/ts/a\n+++ b/ts/a\n'
  test.each([
    ['nothing', '', /it holds no diff/],
    ['words', 'no diff at all\n', /it holds no diff/],
    ['one header alone', '--- a/ts/a\n', /cannot be read: Missing "\+\+\+/],
    ['too few lines', `${file}@@ -1,3 +1,1 @@\n a\n`, /cannot be read/],
    ['a line with another sign', `${file}@@ -1,1 +1,1 @@\n-a\n*b\n`, /cannot be read/],
    ['a piece without a file', '@@ -1,1 +1,1 @@\n-a\n+b\n', /does not name its file/],
    ['no a/ and b/', '--- ts/a\n+++ ts/a\n@@ -1,1 +1,1 @@\n-a\n+b\n', /must name a\/<language>/],
    ['nothing becomes nothing', '--- /dev/null\n+++ /dev/null\n', /must name a\/<language>/],
    ['a file renamed', '--- a/ts/a\n+++ b/ts/b\n@@ -1,1 +1,1 @@\n-a\n+b\n', /may not be renamed/],
    ['a file twice', `${file}@@ -1,1 +1,1 @@\n-a\n+b\n`.repeat(2), /ts\/a stands twice/],
  ])('%s: told', (_what, diff, message) => {
    expect(parseDiff(diff).problems.map((p) => p.message)).toEqual([expect.stringMatching(message)])
  })

  test('several faults: all of them at once', () => {
    const diff = '--- ts/a\n+++ ts/a\n@@ -1,1 +1,1 @@\n-a\n+b\n--- a/ts/c\n+++ b/ts/d\n@@ -1,1 +1,1 @@\n-a\n+b\n'
    expect(parseDiff(diff).problems).toHaveLength(2)
  })
})

describe('applyDiff', () => {
  const diff = renderDiff([change('ts/a', lines(1, 2, 3, 4), lines(1, 2, 33, 4))])
  test.each([
    ['the file is not there', diff, {}, /changes ts\/a, which is not there/],
    ['a line of context is another', diff, { 'ts/a': 'line one\nline 2\nline 3\nline 4\n' }, /does not fit ts\/a/],
    ['the line itself is another', diff, { 'ts/a': lines(1, 2, 5, 4) }, /does not fit ts\/a/],
    ['a new file is there already', renderDiff([change('ts/a', null, 'a\n')]), { 'ts/a': 'b\n' }, /is there already/],
    ['more than it deletes is there', renderDiff([change('ts/a', 'a\n', null)]), { 'ts/a': 'a\nb\n' }, /not all of/],
    ['no line is changed', '--- a/ts/a\n+++ b/ts/a\n', { 'ts/a': 'a\n' }, /changes nothing in ts\/a/],
  ])('%s: told', (_what, patch, base, message) => {
    expect(problemsOf(patch, base as Record<string, string>)).toEqual([expect.stringMatching(message)])
  })

  test('lines that only moved: applied where they are now, so that an author can look at it', () => {
    const { files } = parseDiff(diff)
    expect(applyDiff(files, new Map([['ts/a', `line 0\n${lines(1, 2, 3, 4)}`]])).changes[0]?.after).toBe(
      `line 0\n${lines(1, 2, 33, 4)}`,
    )
  })
})
