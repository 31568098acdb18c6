import { describe, expect, test } from 'vitest'
import { measureNames, readOptions } from './options.ts'

describe('readOptions', () => {
  test('nothing given: everything, 40 saves, 200 for the memory', () => {
    expect(readOptions({})).toEqual({ only: measureNames, runs: 9, edits: 40, memoryEdits: 200 })
  })

  test('--edits holds for both', () => {
    expect(readOptions({ edits: '500' })).toMatchObject({ edits: 500, memoryEdits: 500 })
  })

  test('--only takes one name or several', () => {
    expect(readOptions({ only: 'warm' }).only).toEqual(['warm'])
    expect(readOptions({ only: 'warm,profile' }).only).toEqual(['warm', 'profile'])
  })

  test.each([
    [{ only: 'speed' }, /"--only" must be some of coldVsVitestRun/],
    [{ only: 'warm,' }, /"--only" must be some of/],
    [{ edits: 'many' }, /"--edits" must be a whole number from 6/],
    [{ edits: '5' }, /"--edits" must be a whole number from 6/],
    [{ edits: '7.5' }, /"--edits" must be a whole number/],
    [{ runs: '0' }, /"--runs" must be a whole number from 1/],
  ])('%j: refused in words', (values, sentence) => {
    expect(() => readOptions(values)).toThrow(sentence)
  })
})
