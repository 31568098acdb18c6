import { expect, test } from 'vitest'
import { isArchiveName, isClutter, personIn, plainName } from './downloads.ts'

test.each([
  ['ada.bundle', 'ada'],
  ['ada (1).bundle', 'ada'],
  ['ada(2)', 'ada'],
  ['ada - Kopie.zip', 'ada'],
  ['ada.tar.gz', 'ada'],
  ['(1)', '(1)'],
  ['ada-1', 'ada-1'],
])('plainName: %s is %s', (name, plain) => expect(plainName(name)).toBe(plain))

test.each([
  ['Ada Lovelace_4711_assignsubmission_file_', 'Ada Lovelace'],
  ['Ada Lovelace_4711_assignsubmission_file', 'Ada Lovelace'],
  ['lovelaceada_12_345_ada.bundle', 'lovelaceada'],
  ['lovelaceada_LATE_12_345_ada.bundle', 'lovelaceada'],
  ['Week 1_ada_attempt_2026-03-02-10-00-00_x.zip', 'ada'],
  ['ada', null],
  ['ada_l', null],
])('personIn: %s names %s', (name, person) => expect(personIn(name)).toBe(person))

test('isClutter and isArchiveName', () => {
  expect(['__MACOSX', '__MACOSX/ada/._x', 'a/.DS_Store', 'Thumbs.db', 'a/desktop.ini', 'a/._b'].every(isClutter)).toBe(
    true,
  )
  expect(['ada', 'a/thumbs.dbx', 'src/main.ts'].some(isClutter)).toBe(false)
  expect(['a.zip', 'a.TGZ', 'a.bundle', 'a'].map(isArchiveName)).toEqual([true, true, false, false])
})
