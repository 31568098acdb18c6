import { expect, test } from 'vitest'
import { isLearnerId, parseRoster } from './gradebook-roster.ts'

test('reads our own columns in any order, quoted, with BOM and CRLF', () => {
  const text =
    '\uFEFFname,id,email,github,sisId,remote\r\n"Lee, Ada",ada,ada@school.example,ada-gh,s1,https://git.example/ada.git\r\n'
  expect(parseRoster(text)).toEqual({
    ok: true,
    roster: [
      {
        id: 'ada',
        name: 'Lee, Ada',
        email: 'ada@school.example',
        github: 'ada-gh',
        sisId: 's1',
        remote: 'https://git.example/ada.git',
      },
    ],
  })
})

test('reads the roster that GitHub Classroom gave out', () => {
  expect(
    parseRoster('"identifier","github_username","github_id","name"\n"ada","ada-gh","17","Ada Lee"\n'),
  ).toMatchObject({ ok: true, roster: [{ id: 'ada', github: 'ada-gh', name: 'Ada Lee', email: '' }] })
})

test("GitHub Classroom's identifier may be a name: the account is the id then", () => {
  expect(parseRoster('identifier,github_username,github_id,name\nAda Lee,ada-gh,17,\n')).toMatchObject({
    ok: true,
    roster: [{ id: 'ada-gh', github: 'ada-gh', name: 'Ada Lee' }],
  })
})

test('a short row has empty values; unknown columns are passed over', () => {
  expect(parseRoster('id,seat,name\nada\n')).toMatchObject({ ok: true, roster: [{ id: 'ada', name: '' }] })
})

test('all problems are told together', () => {
  expect(parseRoster('id\nada\n../up\nAda\n\n""\n')).toEqual({
    ok: false,
    problems: [
      'learner 2: "../up" is no id: up to 64 letters, digits and . _ @ -, beginning with a letter or digit',
      'learner 3: the id "Ada" stands twice',
    ],
  })
})

test('without a column for the id nothing can be read', () => {
  expect(parseRoster('name,seat\nAda,1\n')).toEqual({
    ok: false,
    problems: ['the first line names no column "id"; it names "name", "seat"'],
  })
})

test.each([
  ['semicolons', 'id;name\nada;"Lee; Ada"\nben;Ben\n'],
  ['tabs', 'id\tname\nada\tLee; Ada\nben\tBen\n'],
  ['a line of Excel’s that names them', 'sep=;\r\nid;name\r\nada;"Lee; Ada"\r\nben;Ben\r\n'],
  ['empty rows of Excel', 'id;name;;\n;;;\nada;"Lee; Ada";;\nben;Ben;;\n;;;\n'],
])('reads a roster with %s', (_, text) => {
  expect(parseRoster(text)).toMatchObject({
    ok: true,
    roster: [
      { id: 'ada', name: 'Lee; Ada' },
      { id: 'ben', name: 'Ben' },
    ],
  })
})

test('a stray quotation mark swallows nobody: its line is named', () => {
  expect(parseRoster('id,name\nada,"Ada\nben,Ben\ncyd,O"Neill\n')).toEqual({
    ok: false,
    problems: [2, 4].map(
      (line) => `line ${line}: a quotation mark is opened there and not closed; remove it, or close it`,
    ),
  })
})

test('GitHub Classroom: who has not accepted yet keeps nobody out, and is called by their name', () => {
  expect(parseRoster('identifier,github_username,github_id,name\nAda Lee,ada-gh,17,\nZoë Bell,,,\n')).toMatchObject({
    ok: true,
    roster: [{ id: 'ada-gh' }, { id: 'zoe-bell', github: '', name: 'Zoë Bell' }],
  })
})

test('an export of Canvas: its people, by their logins and not by Canvas’s own numbers', () => {
  const text =
    'Student,ID,SIS User ID,SIS Login ID,Section,Quiz (1)\n    Points Possible,,,,,10\n"Lee, Ada",71,s1,ada,A,\n"Fox, Ben",72,s2,,A,5\n"Student, Test",73,,x,A,\n'
  expect(parseRoster(text)).toMatchObject({
    ok: true,
    roster: [
      { id: 'ada', name: 'Lee, Ada', sisId: 's1' },
      { id: 's2', name: 'Fox, Ben', sisId: 's2' },
    ],
  })
})

test.each(['ada', 'a.b_c-d@school.example', '1'])('%j is an id', (id) => expect(isLearnerId(id)).toBe(true))
test.each(['', '.ada', 'a/b', 'a..b', '-x', 'ü', 'a b', 'x'.repeat(65)])('%j is no id', (id) =>
  expect(isLearnerId(id)).toBe(false),
)
