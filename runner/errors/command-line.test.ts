import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { asWord, commandLine, spokenAs, startedThrough } from './command-line.ts'
import { RunnerError } from './runner-error.ts'

afterEach(() => (startedThrough(null), spokenAs(null)))

describe('a command on a screen', () => {
  test('through npm: its words go behind two dashes', () => {
    expect(commandLine('next')).toBe('npm run next')
    expect(commandLine('next', 'hello-gym', '--lang', 'py')).toBe('npm run next -- hello-gym --lang py')
  })

  test.each(['./gym', '../../gym', 'gym'])('through the launcher: as it was typed (%s), without dashes', (typed) => {
    startedThrough(typed)
    expect(commandLine('next')).toBe(`${typed} next`)
    expect(commandLine('next', 'hello-gym', '--lang', 'py')).toBe(`${typed} next hello-gym --lang py`)
  })

  test('a launcher in a folder with a space can be copied as one word', () => {
    startedThrough("/home/ada/it's here/gym")
    expect(commandLine('hint')).toBe(`'/home/ada/it'\\''s here/gym' hint`)
  })

  test('where keys stand for commands: the key, and the command where there is none', () => {
    spokenAs({ hint: '[h]int', 'check --all': '[a]ll in full' })
    expect([commandLine('hint'), commandLine('check', '--all')]).toEqual(['[h]int', '[a]ll in full'])
    expect(commandLine('history')).toBe('npm run history')
  })

  test('the remedies of errors say it the same way', () => {
    startedThrough('./gym')
    expect(new RunnerError('not-started', { slug: 'money-split' }).remedy).toBe('Start it: ./gym next money-split')
  })
})

test.each([
  ['a/b-c_1.json', 'a/b-c_1.json'],
  ['a b', `'a b'`],
  ["it's", `'it'\\''s'`],
  ['100%', '100%'],
  ['$HOME', `'$HOME'`],
])('%s as one word: %s', (path, word) => expect(asWord(path)).toBe(word))

/** What is kept in files, or is no command to type; everything else that a screen says goes through `commandLine`. */
const mayNameNpm = new Set([
  'errors/command-line.ts',
  'ui/terminal/help.ts',
  'ui/terminal/style.ts',
  'ui/report/classroom-results.ts',
  'adapters/intake/read-archive.ts',
  'adapters/intake/read-repository.ts',
])

test('no other place of the program words a command by hand', () => {
  const runner = join(import.meta.dirname, '..')
  const files = ['ui', 'cli', 'errors', 'app', 'adapters'].flatMap((folder) =>
    readdirSync(join(runner, folder), { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts'))
      .map((path) => `${folder}/${path}`),
  )
  const withoutComments = (text: string): string => text.replaceAll(/^\s*(\/\*\*|\*|\/\/).*$/gm, '')
  const byHand = files.filter((file) => /npm run/.test(withoutComments(readFileSync(join(runner, file), 'utf8'))))
  expect(byHand.sort()).toEqual([...mayNameNpm].sort())
})
