import { expect, test } from 'vitest'
import { exerciseFixture } from '../../testing/exercise-fixtures.ts'
import { parseVariantName, titleOf, variantName } from './variant.ts'

test('variantName and parseVariantName: there and back', () => {
  const id = { slug: 'hello-gym', language: 'py' } as const
  expect(variantName(id)).toBe('hello-gym@py')
  expect(parseVariantName('hello-gym@py')).toEqual(id)
})

test.each(['', 'hello-gym', '@py', 'hello-gym@', 'hello-gym@cobol', 'hello-gym@py@ts', '../x@py', 'Hello@py'])(
  'parseVariantName: "%s" is no variant',
  (name) => {
    expect(parseVariantName(name)).toBeNull()
  },
)

test('titleOf: the language stands beside the slug only where there are several', () => {
  const one = exerciseFixture({ slug: 'one', languages: { ts: { template: 'node' } } })
  const two = exerciseFixture({ slug: 'two', languages: { ts: { template: 'node' }, py: { template: 'python' } } })
  expect(titleOf({ exercise: one, language: 'ts' })).toBe('one')
  expect(titleOf({ exercise: two, language: 'py' })).toBe('two (Python)')
})
