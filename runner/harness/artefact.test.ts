import { join } from 'node:path'
import { expect, test } from 'vitest'
import { artefact, type Artefact } from './artefact.ts'
import { runWith } from './run/run-fixtures.ts'
import type { RunState } from './run/run-state.ts'

function artefactWith(answers: string | null): { artefact: Artefact; run: RunState } {
  const run = runWith({
    'exercise/starter/ts/app.cpuprofile': '{"nodes":[]}',
    ...(answers === null ? {} : { 'answers.json': answers }),
  })
  run.context.exerciseFolder = join(run.context.workspace, 'exercise')
  return { artefact: artefact(run), run }
}

test('artefact: answers: texts without the space around them, numbers, and both in the transcript', () => {
  const { artefact, run } = artefactWith('{ "function": " normalise ", "share": 42.5 }')
  const answers = artefact.answers()
  expect([answers.text('function'), answers.number('share')]).toEqual(['normalise', 42.5])
  expect(run.current.transcript).toContainEqual({ label: 'answer', text: 'share: 42.5' })
})

test('artefact: answers: a byte-order mark that an editor put in front is read over', () => {
  expect(artefactWith('\uFEFF{ "share": 42.5 }').artefact.answers().number('share')).toBe(42.5)
})

test.each<[string, string | null, (a: Artefact) => unknown, string | RegExp]>([
  ['no file', null, (a) => a.answers(), 'There is no file answers.json.'],
  [
    'no JSON',
    '{\n  "a": 1,\n  b: 2\n}',
    (a) => a.answers(),
    /^answers\.json is not JSON: Expected double-quoted property name at position 14 \(line 3 column 3\)\.$/,
  ],
  ['an empty file', '', (a) => a.answers(), /^answers\.json is not JSON: Unexpected end of JSON input\.$/],
  ['a list', '[1]', (a) => a.answers(), 'answers.json has to hold one JSON object, {…}.'],
  ['a missing answer', '{}', (a) => a.answers().text('function'), 'answers.json has no "function".'],
  ['an answer of every object', '{}', (a) => a.answers().text('constructor'), 'answers.json has no "constructor".'],
  ['null', '{"share":null}', (a) => a.answers().number('share'), 'answers.json: "share" is not answered yet.'],
  [
    'an empty text',
    '{"function":" "}',
    (a) => a.answers().text('function'),
    'answers.json: "function" is not answered yet.',
  ],
  [
    'a number for a text',
    '{"function":1}',
    (a) => a.answers().text('function'),
    'answers.json: the answer "function" has to be a text, in quotes.',
  ],
  [
    'a text for a number',
    '{"share":"42 %"}',
    (a) => a.answers().number('share'),
    'answers.json: the answer "share" has to be a number, without quotes and units.',
  ],
  ['a starter file that is not there', '{}', (a) => a.given('x'), 'the starter has no file x'],
])('artefact: %s: says so', (_, text, look, message) => {
  expect(() => look(artefactWith(text).artefact)).toThrow(message)
})

test('artefact: given: the file as the starter has it', () => {
  expect(artefactWith(null).artefact.given('app.cpuprofile')).toBe('{"nodes":[]}')
})
