import { expect, test } from 'vitest'
import { parseVariantName, variantName } from './variant.ts'

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
