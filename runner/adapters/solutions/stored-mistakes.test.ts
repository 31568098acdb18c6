import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { renderMistake } from '../../domain/gate/mistake.ts'
import { catalogSource } from '../files/catalog-source.ts'
import { solutionsOf } from './solutions.ts'

/** Every mistake of this repository, as it is read: what holds for the format must hold for them. */

const source = catalogSource(join(import.meta.dirname, '..', '..', '..'))
const solutions = solutionsOf(source)
const stored = [...source.load().catalog.bySlug.values()].flatMap((exercise) =>
  solutions.mistakes(exercise).map((mistake) => [`${exercise.slug}/${mistake.id}`, mistake] as const),
)
const patches = stored.filter(([, mistake]) => mistake.form === 'patch')

test('there are mistakes of both forms', () => {
  expect(patches.length).toBeGreaterThan(300)
  expect(stored.length).toBeGreaterThan(patches.length)
})

test('each is read without a problem, but for a head that is not written yet', () => {
  const problems = stored.flatMap(([name, mistake]) =>
    mistake.problems.filter((p) => p.rule !== 'mistake-head').map((p) => `${name}: ${p.message}`),
  )
  expect(problems).toEqual([])
  expect(stored.filter(([, m]) => m.languages.length === 0 || m.changes.length === 0)).toEqual([])
})

test('each patch, applied and made again, is the same bytes', () => {
  const others = patches.filter(([, { head, changes, path }]) => {
    const made = Buffer.from(renderMistake(head, changes))
    return !made.equals(readFileSync(path))
  })
  expect(others.map(([name]) => name)).toEqual([])
})
