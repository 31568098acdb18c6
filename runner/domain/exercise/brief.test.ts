import { expect, test } from 'vitest'
import { parseBrief, withoutEmphasis } from './brief.ts'

const brief = `# A title

Hook.

## Background

\`\`\`
## not a heading
\`\`\`

## Contract

Some words first.

1. The first one
   goes on here.
2. The second.

Not a part of two.

## Examples

1. not a requirement
`

test('parseBrief: title, sections outside code, numbered requirements of the contract only', () => {
  const parsed = parseBrief(brief)
  expect(parsed.title).toBe('A title')
  expect(parsed.sections).toEqual(['Background', 'Contract', 'Examples'])
  expect([...parsed.requirements]).toEqual([
    [1, 'The first one\ngoes on here.'],
    [2, 'The second.'],
  ])
})

test('parseBrief: an empty file: empty, no throw', () => {
  expect(parseBrief('')).toEqual({ title: '', sections: [], requirements: new Map() })
})

test('a requirement in one line: code keeps its backticks, where a blank may be the rule', () => {
  expect(withoutEmphasis('It **begins** with `Hello, `,\nnever with `SELECT *`.')).toBe(
    'It begins with `Hello, `, never with `SELECT *`.',
  )
})
