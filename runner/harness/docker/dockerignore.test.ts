import { describe, expect, test } from 'vitest'
import { parseDockerignore } from './dockerignore.ts'

const excluded = (text: string, paths: string[]): string[] => paths.filter(parseDockerignore(text).excludes)

describe("the examples of Docker's documentation", () => {
  test('comment, one level, two levels, one character', () => {
    const text = '# comment\n*/temp*\n*/*/temp*\ntemp?\n'
    expect(
      excluded(text, [
        'somedir/temporary.txt',
        'somedir/temp/x',
        'somedir/subdir/temporary.txt',
        'tempa',
        'tempb/x',
        'temp',
        'temporary',
        '# comment',
        'a/b/c/temp',
      ]),
    ).toEqual(['somedir/temporary.txt', 'somedir/temp/x', 'somedir/subdir/temporary.txt', 'tempa', 'tempb/x'])
  })

  test('**/*.go in every folder, the top included', () => {
    expect(excluded('**/*.go', ['a.go', 'b/c/d.go', 'a.gox'])).toEqual(['a.go', 'b/c/d.go'])
  })

  test.each([
    ['*.md\n!README.md', ['README.md']],
    ['*.md\n!README*.md\nREADME-secret.md', ['README.md', 'README-x.md']],
    ['*.md\nREADME-secret.md\n!README*.md', ['README.md', 'README-secret.md', 'README-x.md']],
  ])('exceptions, the last line that matches: %j', (text, kept) => {
    const all = ['README.md', 'README-secret.md', 'README-x.md', 'CHANGES.md']
    expect(all.filter((path) => !excluded(text, [path]).length)).toEqual(kept)
  })

  test('/foo/bar and foo/bar are the same, and anchored', () => {
    for (const text of ['/foo/bar', 'foo/bar', './foo//bar/', '  foo/x/../bar  ']) {
      expect(excluded(text, ['foo/bar', 'foo/bar/deep/x', 'x/foo/bar', 'foo'])).toEqual(['foo/bar', 'foo/bar/deep/x'])
    }
  })
})

describe('not as in .gitignore', () => {
  test('a name without a slash holds at the top only', () => {
    expect(
      excluded('node_modules\n.env', ['node_modules/x', 'packages/a/node_modules/x', '.env', 'packages/a/.env']),
    ).toEqual(['node_modules/x', '.env'])
  })

  test('an exception lets in again what lies in a folder that is left out', () => {
    expect(excluded('*\n!src\nsrc/secret', ['src/a/b.ts', 'src/secret/k', 'README.md', '.git/config'])).toEqual([
      'src/secret/k',
      'README.md',
      '.git/config',
    ])
    expect(excluded('docs\n!docs/README.md', ['docs/README.md', 'docs/x'])).toEqual(['docs/x'])
  })

  test('an exclamation mark may stand before white space, a # only in the first column', () => {
    expect(excluded('*.md\n! README.md', ['README.md', 'x.md'])).toEqual(['x.md'])
    expect(excluded(' #x', ['#x'])).toEqual(['#x'])
  })
})

/** From the tests of github.com/moby/patternmatcher: pattern, path, does it (or a folder above) match. */
const moby: [string, string, boolean][] = [
  ['**', 'file', true],
  ['**/', 'file', true],
  ['**', 'dir/file', true],
  ['**/**', 'dir/file', true],
  ['dir/**', 'dir/file', true],
  ['dir/**', 'dir/dir2/file', true],
  ['**/dir', 'dir', true],
  ['**/dir', 'dir/file', true],
  ['**/dir2/*', 'dir/dir2/file', true],
  ['**/dir2/**', 'dir/dir2/dir3/file', true],
  ['**file', 'file', true],
  ['**file', 'dir/file', true],
  ['**file', 'dir/myfile', true],
  ['**/file', 'dir/myfile', false],
  ['**/file*txt', 'dir/dir/file.txt', true],
  ['**/**/*.txt', 'dir/dir/file.txt', true],
  ['**/**/*.txt2', 'dir/dir/file.txt', false],
  ['**/**/*.txt', 'file.txt', true],
  ['a**/*.txt', 'a/dir/dir/file.txt', true],
  ['a/*.txt', 'a/dir/file.txt', false],
  ['a/*.txt**', 'a/file.txt', true],
  ['a[b-d]e', 'ace', true],
  ['a[b-d]e', 'aae', false],
  ['a[^b-d]e', 'aze', true],
  ['.*', '.foo', true],
  ['.*', 'foo', false],
  ['abc.def', 'abcZdef', false],
  ['abc?def', 'abcZdef', true],
  ['**/foo/bar', 'dir/dir2/foo/bar', true],
  ['abc/**', 'abc', false],
  ['abc/**', 'abc/def/ghi', true],
  ['**/.foo', 'bar.foo', false],
  ['a(b)c/def', 'a(b)c/def', true],
  ['a.|)$(}+{bc', 'a.|)$(}+{bc', true],
  ['a\\*b', 'a*b', true],
  ['a\\*b', 'ab', false],
  ['a*/b', 'a/c/b', false],
  ['a*', 'ab/c', true],
  ['a?b', 'a☺b', true],
  ['a?b', 'a/b', false],
  ['[a-ζ]*', 'α', true],
  ['[x\\-]', '-', true],
]
test.each(moby)('as in Docker’s own tests: %s on %s: %s', (pattern, path, matches) => {
  expect(parseDockerignore(pattern)).toMatchObject({ problems: [] })
  expect(parseDockerignore(pattern).excludes(path)).toBe(matches)
})

test.each(['!', '[', 'a[', '[^bc', '[]a]', '[x-]', '[a-b-c]', '\\'])('a pattern that Docker refuses: %s', (pattern) => {
  expect(parseDockerignore(`ok\n${pattern}`).problems).toEqual([expect.stringMatching(/^Line 2: /)])
})

test('CRLF, a byte order mark, empty lines and paths that lead out: as Docker reads them', () => {
  expect(excluded('\uFEFF.git\r\n\r\n  \r\n.env\r\n../up\r\n', ['.git/config', '.env', 'up', 'src/x'])).toEqual([
    '.git/config',
    '.env',
  ])
  expect(excluded('', ['a'])).toEqual([])
})
