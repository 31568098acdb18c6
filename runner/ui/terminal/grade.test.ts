import { expect, test } from 'vitest'
import { renderRegrade } from './grade.ts'

const dry = {
  apply: false,
  regraded: 3,
  unchanged: 1,
  folder: '/home/ada/my class',
  asked: ['--slug', 'hello-gym', '--again'],
}

test('a dry run: the marks that would change, and the line that keeps exactly these results', () => {
  const text = renderRegrade({ ...dry, changes: [{ learner: 'ada', slug: 'hello-gym', before: 60, after: null }] })
  expect(text).toContain('3 graded again, 1 stand under the same conditions. One mark would change:')
  expect(text).toContain('ada  hello-gym   60 → none')
  expect(text).toMatch(/regrade -- --class (['"])\/home\/ada\/my class\1 --slug hello-gym --again --apply {3}keep/)
})

test('applied, or nothing was graded again: on to the gradebook of this class', () => {
  for (const summary of [
    { ...dry, apply: true },
    { ...dry, regraded: 0 },
  ])
    expect(renderRegrade({ ...summary, changes: [] })).toMatch(
      /No mark changes\.[^]*gradebook -- --class (['"])\/home\/ada\/my class\1/,
    )
})
