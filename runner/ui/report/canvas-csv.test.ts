import { expect, test } from 'vitest'
import { parseCsv } from '../../domain/class/gradebook-csv.ts'
import { canvasCsv, type CanvasMatch } from './canvas-csv.ts'
import { reportFixture } from './report-fixtures.ts'

const head = 'Student,ID,SIS User ID,SIS Login ID,Section'
const points = '    Points Possible,,,,'

function matched(exported: string): CanvasMatch {
  const read = canvasCsv(reportFixture(), exported)
  if (!read.ok) throw new Error(read.problem)
  return read.match
}

const rowsOf = (match: CanvasMatch): string[][] => parseCsv(match.text)

test('without a column of ours there is one new column for the set, out of 100', () => {
  const match = matched(
    `\uFEFF${head},Essay (7)\r\n,,,,,Manual Posting\r\n${points},10\r\n"Lee, Ada",1,s-ada,x,Monday,9\r\n`,
  )
  expect(rowsOf(match)).toEqual([
    ['Student', 'ID', 'SIS User ID', 'SIS Login ID', 'Section', 'Week 1'],
    ['    Points Possible', '', '', '', '', '100'],
    ['Lee, Ada', '1', 's-ada', 'x', 'Monday', '86.25'],
  ])
  expect(match.columns).toEqual(['Week 1'])
})

test("Canvas's own columns are kept by their exact header, and marks are scaled to their points", () => {
  const match = matched(
    `${head},Essay (7),First (81),week 1 (82),Final Score\n${points},10,50,20,(read only)\nAda,1,s-ada,,M,9,,,70\n`,
  )
  expect(rowsOf(match)).toEqual([
    ['Student', 'ID', 'SIS User ID', 'SIS Login ID', 'Section', 'First (81)', 'week 1 (82)'],
    ['    Points Possible', '', '', '', '', '50', '20'],
    ['Ada', '1', 's-ada', '', 'M', '45', '17.25'],
  ])
})

test('learners are found by school id, login and e-mail address, in any case, never by name', () => {
  const match = matched(`${head}\n${points}\nA,1,S-ADA,,M\nB,2,,Ben,M\nC,3,,CYD@school.example,M\n"Dan Lee",4,,,M\n`)
  expect(
    rowsOf(match)
      .slice(2)
      .map((r) => [r[0], r[5]]),
  ).toEqual([
    ['A', '86.25'],
    ['B', '10'],
    ['C', '18.75'],
    ['Dan Lee', ''],
  ])
})

test('who did not match is named on both sides; the test student of Canvas is nobody', () => {
  const match = matched(`${head}\n${points}\nA,1,s-ada,,M\n"New, Nora",9,s-nora,,M\n"Student, Test",10,,,M\n`)
  expect(match.unknownStudents).toEqual(['New, Nora'])
  expect(match.unmatchedLearners).toEqual(['ben', 'cyd', 'dan', 'eve', 'zed'])
})

test('a total that waits for a result and one without any mark are blank', () => {
  const match = matched(`${head}\n${points}\nE,1,s-eve,,M\nD,2,s-dan,,M\n`)
  expect(
    rowsOf(match)
      .slice(2)
      .map((r) => r[5]),
  ).toEqual(['', ''])
})

test('a mark that stood there stays where there is none of ours: for strangers, and for who handed nothing in', () => {
  const match = matched(
    `${head},week 1 (82)\n${points},20\nA,1,s-ada,,M,3\nD,2,s-dan,,M,7.5\n"New, Nora",9,s-nora,,M,EX\nE,3,s-eve,,M,\n`,
  )
  expect(
    rowsOf(match)
      .slice(2)
      .map((r) => r[5]),
  ).toEqual(['17.25', '7.5', 'EX', ''])
})

test('an export with semicolons is filled and stays one', () => {
  const match = matched(`${head}\n${points}\n"Lee; Ada",1,s-ada,,M\n`.replaceAll(',', ';'))
  expect(match.text.split('\r\n').slice(0, 3)).toEqual([
    'Student;ID;SIS User ID;SIS Login ID;Section;Week 1',
    '    Points Possible;;;;;100',
    '"Lee; Ada";1;s-ada;;M;86.25',
  ])
})

test('a name cannot become a formula', () => {
  expect(matched(`${head}\n${points}\n"=cmd|'/c calc'!A1",1,s-ada,,M\n`).text).toContain("\r\n'=cmd|'/c calc'!A1,1,")
})

test.each([
  ['Name,ID\n', 'its first line does not begin with the columns Student and ID'],
  [`${head}\nAda,1,s-ada,,M\n`, 'it has no row "Points Possible"'],
  ['', 'its first line does not begin with the columns Student and ID'],
])('%j is no export of Canvas', (exported, problem) => {
  expect(canvasCsv(reportFixture(), exported)).toEqual({ ok: false, problem })
})
