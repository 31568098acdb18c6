import { describe, expect, test } from 'vitest'
import { RunnerError } from '../../errors/runner-error.ts'
import { renderDoctor } from './doctor.ts'
import { renderError, renderHelp, renderUsage } from './help.ts'
import { renderHint, renderNoHint } from './hint.ts'
import { renderMarkdown } from './markdown.ts'
import { renderProgress } from './progress.ts'
import { hardWrap } from './red-case.ts'
import { renderNotLoading } from './run.ts'
import { renderInstalled, renderPacks } from './setup.ts'
import { renderReset, renderUndo } from './states.ts'
import { wrap, type Style } from './style.ts'
import { renderSubmit, type SubmitScreen } from './submit.ts'
import { renderConfirmReset, renderFooter, renderKeys, renderSaid, renderSkipped } from './watch.ts'

/** Every screen at every width: no line is wider, but for one word that cannot be broken. */

const long = 'A sentence that goes on and on, about what has happened and why it has, until nobody reads it any more. '
const known = { id: 'x', when: [], confidence: 0.5, L1: long, L2: long, L3: long }
const now = new Date('2026-01-01T00:00:00Z')
const state = { id: '12', at: '2025-12-31T00:00:00Z' }
const items = [
  { id: 'pack:java-spring', ready: false, version: null, needs: long, howToInstall: 'npm run setup -- java-spring' },
  { id: 'postgres', ready: true, version: '18 (embedded)', needs: long, howToInstall: '' },
]
const area = { title: 'Version control', total: 4, started: 1, skipped: 1, passed: 1 }
const brief = `# Title\n\n${long}${long}\n\n1. ${long}\n   - ${long}\n\n> ${long}\n\n| a | b |\n| - | - |\n| ${long} | ${long} |\n`

const pack = {
  id: 'python-django',
  title: long,
  for: long,
  megabytes: 50,
  license: 'MIT',
  ready: true,
  installed: false,
}
const work = {
  slug: 'a-long-slug-of-an-exercise-that-has-one',
  language: 'ts',
  commit: 'c'.repeat(40),
  tree: 't'.repeat(40),
  at: '2026-01-01T00:00:00.000Z',
  states: 12,
  attempts: 12,
  hintsUsed: [],
  minutesToPass: null,
} as const
const submitted: SubmitScreen = {
  receipt: {
    formatVersion: 1,
    learner: { id: 'ada', name: 'Ada', email: 'ada@example.org' },
    set: null,
    submittedAt: '2026-01-01T00:00:00.000Z',
    works: [{ ...work, hintsUsed: [] }],
  },
  setName: long,
  notStarted: ['a', 'b'],
  refused: [work.slug],
  remarks: [long],
  bundle: { file: 'ada.bundle', sha256: 'f'.repeat(64), bytes: 1 },
  remote: null,
}

const screens: readonly [name: string, draw: (style: Style) => string][] = [
  ['error', (s) => renderError(new RunnerError('not-writable', { path: '/a/b', reason: long, owner: 'root' }), s)],
  ['several problems', (s) => renderError(new RunnerError('content-invalid', { problems: `${long}\n${long}` }), s)],
  ['help', (s) => renderHelp([{ title: 'Work', commands: [{ name: 'next', summary: long }] }], '../../gym', true, s)],
  ['usage', (s) => renderUsage('next', { summary: long, usage: '[slug]', details: [`--lang    ${long}`, long] }, s)],
  ['hint', (s) => renderHint('slug', known, 3, 'give-up', s)],
  ['no hint', (s) => renderNoHint('timed-out', s).text],
  ['doctor', (s) => renderDoctor({ items, ready: false, system: long }, s)],
  ['reset', (s) => renderReset({ name: 'a-long-slug-of-an-exercise-that-has-one', saved: '12', place: long }, s)],
  ['undo', (s) => renderUndo({ name: 'slug', state, saved: '13', movedAside: ['a b', long], place: long, now }, s)],
  ['progress', (s) => renderProgress([area], 3, { slug: 'slug' }, s)],
  ['brief', (s) => renderMarkdown(brief, s)],
  ['keys', (s) => renderKeys(s)],
  ['packs', (s) => renderPacks([pack], s)],
  ['installed packs', (s) => renderInstalled([pack], s)],
  ['a program that does not load', (s) => renderNotLoading(`${long}\n  ${long}`, s)],
  ['submit', (s) => renderSubmit(submitted, s)],
  ['reset prompt', (s) => renderConfirmReset('a-long-slug-of-an-exercise-that-has-one', s)],
  ['skipped', (s) => renderSkipped({ slug: 'a-long-slug-of-an-exercise-that-has-one', score: 25 }, s)],
  ['what a key says', (s) => renderSaid(long, s)],
  ['footer', (s) => renderFooter({ passed: false, done: 1, total: 155, polling: true }, s)],
]

describe.each([60, 80, 120, 200])('at %i columns', (columns) => {
  test.each(screens)('%s', (_, draw) => {
    const lines = draw({ color: false, columns }).split('\n')
    expect(lines.filter((line) => line.length > columns && line.trim().includes(' '))).toEqual([])
  })
})

test('a command is one word: it is never broken where somebody would copy it', () => {
  expect(wrap('See how: npm run diff -- hello-gym --upstream. Then go on.', 30)).toEqual([
    'See how:',
    'npm run diff -- hello-gym --upstream.',
    'Then go on.',
  ])
})

test('a short piece of code is one word: the blank at its end is never lost in a break', () => {
  expect(wrap('It begins with `Hello, ` and `a  b`, never else.', 24)).toEqual([
    'It begins with `Hello, `',
    'and `a  b`, never else.',
  ])
  expect(wrap('An odd ` alone', 8)).toEqual(['An odd `', 'alone'])
})

test('data is broken after a comma or a space, and nothing of it is lost', () => {
  const data = '{"id":"ord-1001","customer":{"name":"Ada Lovelace","city":"London"},"total":{"cents":1250}}'
  const pieces = hardWrap(data, 40)
  expect(pieces.join('')).toBe(data)
  expect(pieces.slice(0, -1).every((piece) => /[,\s]$/.test(piece) && piece.length <= 40)).toBe(true)
})

test('--plain: words alone, no bars', () => {
  const plain = { color: false, columns: 80, plain: true }
  expect(renderProgress([area], 3, null, plain)).not.toMatch(/[█░]/)
  expect(renderFooter({ passed: false, done: 1, total: 2, polling: false }, plain)).not.toMatch(/[█░]/)
})

test('a list in a brief: nested lines and further paragraphs stand apart', () => {
  const text = renderMarkdown('1. One:\n   - a\n   - b\n\n2. Two.\n\n   More of it.\n', { color: false, columns: 60 })
  expect(text).toBe('1.  One:\n    - a\n    - b\n2.  Two.\n\n    More of it.\n')
})

test('doctor: what is missing and needed by no exercise is no gap in what is ready', () => {
  const docker = { id: 'docker', ready: false, optional: true, version: null, needs: 'Docker', howToInstall: 'get it' }
  const end = (more: typeof items): string =>
    renderDoctor({ items: more, ready: true, system: 'linux x64' }, { color: false, columns: 120 })
  expect(end([docker])).toContain('Everything that exercises need is ready; none needs docker, which is missing.')
  expect(end([{ ...docker, ready: true }])).toContain('  Everything is ready.')
})

test('help: an option that a command explains itself is not explained a second time', () => {
  const details = ['--json    one object a line for each verdict', '--plain   type a key and Enter']
  const text = renderUsage('watch', { summary: 'Checks.', usage: '', details }, { color: false, columns: 80 })
  expect(text.match(/--json/g)).toHaveLength(1)
  expect(text.match(/--plain/g)).toHaveLength(1)
})
