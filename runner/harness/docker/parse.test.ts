import { describe, expect, test } from 'vitest'
import { expand, shellCommands, splitWords } from './words.ts'
import { parseDockerfile } from './parse.ts'
import type { Instruction } from './dockerfile.ts'

const instructions = (text: string): Instruction[] =>
  parseDockerfile(text).stages.flatMap((stage) => stage.instructions)
const only = (text: string): Instruction => instructions(`FROM x\n${text}`)[1] as Instruction

describe('lines, as in "Dockerfile reference", Format', () => {
  test('comments, continuations, empty lines between, lower-case keywords, CRLF, a byte order mark', () => {
    const text =
      '\uFEFF# syntax=docker/dockerfile:1\r\n\r\n  # indented\r\nfrom node:24\r\nrun echo hello \\\r\n# a comment\r\n   # another\r\n\r\n  world \\  \r\n  !\r\nCmd ["a"]\r\n'
    expect(instructions(text).map((i) => [i.line, i.keyword, i.text.replaceAll(/\s+/g, ' ')])).toEqual([
      [4, 'FROM', 'node:24'],
      [5, 'RUN', 'echo hello world !'],
      [11, 'CMD', '["a"]'],
    ])
  })

  test('the escape directive: a backslash at the end of a line is then a path, a backtick continues', () => {
    const parsed = instructions('# escape=`\nFROM x\nCOPY a c:\\\nRUN dir `\n c:\\\n')
    expect(parsed.map((i) => i.text.replaceAll(/ +/g, ' '))).toEqual(['x', 'a c:\\', 'dir c:\\'])
  })

  test('a # inside a line is an argument, and a directive after the first comment is a comment', () => {
    expect(only('RUN echo "# not a comment" # shell comment').text).toBe('echo "# not a comment" # shell comment')
    expect(instructions('# a comment\n# escape=`\nFROM x\nRUN a \\\n b\n')).toHaveLength(2)
  })
})

describe('forms', () => {
  test.each([
    ['CMD ["node", "a b.js"]', 'exec', ['node', 'a b.js']],
    ['CMD   [ "node" ,\\\n "x" ]', 'exec', ['node', 'x']],
    ['CMD []', 'exec', []],
    ['ENTRYPOINT ["c:\\\\x.exe", "\\u00e4"]', 'exec', ['c:\\x.exe', 'ä']],
    ["CMD ['node', 'x']", 'shell', ["['node',", "'x']"]],
    ['CMD ["node", "x",]', 'shell', ['["node",', '"x",]']],
    ['CMD ["node", "x"] # why', 'shell', ['["node",', '"x"]', '#', 'why']],
    ['CMD node x', 'shell', ['node', 'x']],
    ['HEALTHCHECK --interval=5s CMD ["node", "h.js"]', 'exec', ['node', 'h.js']],
    ['HEALTHCHECK cmd node h.js || exit 1', 'shell', ['node', 'h.js', '||', 'exit', '1']],
    ['HEALTHCHECK none', null, ['NONE']],
    ['COPY ["a b", "/c/"]', 'exec', ['a b', '/c/']],
    ['USER node:node', null, ['node:node']],
  ])('%s', (line, form, words) => {
    expect(only(line)).toMatchObject({ form, words })
  })

  test('flags are not arguments, over several lines too', () => {
    const run = only(
      'RUN --mount=type=cache,target=/root/.npm \\\n  --mount=type=secret,id=npmrc \\\n  --network=none npm ci --omit=dev',
    )
    expect(run.flags).toEqual([
      { name: 'mount', value: 'type=cache,target=/root/.npm' },
      { name: 'mount', value: 'type=secret,id=npmrc' },
      { name: 'network', value: 'none' },
    ])
    expect(run.text.trim()).toBe('npm ci --omit=dev')
    expect(only('COPY --link --chown=node:node a b').flags).toEqual([
      { name: 'link', value: null },
      { name: 'chown', value: 'node:node' },
    ])
  })

  test('here-documents', () => {
    const parsed = instructions(
      'FROM x\nRUN <<EOF\nnpm ci\n# not a comment\nFROM y\nEOF\nCOPY <<-"A" <<B /x/\n\ta $HOME\n\tA\nb\nB\nUSER node\n',
    )
    expect(parsed.map((i) => [i.keyword, i.text, i.heredocs.map((h) => `${h.name}:${h.content}`)])).toEqual([
      ['FROM', 'x', []],
      ['RUN', '<<EOF', ['EOF:npm ci\n# not a comment\nFROM y\n']],
      ['COPY', '<<-"A" <<B /x/', ['A:\ta $HOME\n', 'B:b\n']],
      ['USER', 'node', []],
    ])
  })
})

describe('stages and variables, as in "Understand how ARG and FROM interact" and "Scope"', () => {
  test('names, bases, images with registry port, tag and digest', () => {
    const digest = `sha256:${'a'.repeat(64)}`
    const { stages } = parseDockerfile(
      `FROM localhost:5000/a/node AS Base\nFROM base as deps\nFROM node:24.1-slim@${digest}\nFROM scratch`,
    )
    expect(stages.map(({ name, parent, image }) => ({ name, parent, image }))).toEqual([
      { name: 'base', parent: null, image: { name: 'localhost:5000/a/node', tag: null, digest: null } },
      { name: 'deps', parent: 0, image: null },
      { name: null, parent: null, image: { name: 'node', tag: '24.1-slim', digest } },
      { name: null, parent: null, image: { name: 'scratch', tag: null, digest: null } },
    ])
  })

  test('an ARG before FROM holds in FROM; a stage has it only when it declares it again', () => {
    const { stages } = parseDockerfile(
      'ARG VERSION=24.1\nARG IMAGE=node:${VERSION}-slim\nFROM ${IMAGE} AS a\nUSER u$VERSION\nARG VERSION\nUSER u$VERSION\nFROM node:${NONE:-22.2}\nUSER u$VERSION\nFROM a\nUSER u$VERSION',
    )
    expect(stages.map((s) => s.base)).toEqual(['node:24.1-slim', 'node:22.2', 'a'])
    expect(stages.map((s) => s.instructions.filter((i) => i.keyword === 'USER').flatMap((i) => i.words))).toEqual([
      ['u', 'u24.1'],
      ['u'],
      ['u24.1'],
    ])
  })

  test('ENV outranks ARG; values of one ENV do not see each other', () => {
    const parsed = instructions(
      'FROM x\nENV abc=hello\nENV abc=bye def=$abc\nENV ghi=$abc\nARG abc=arg\nWORKDIR /$abc/$def/${ghi}/\\$abc\nENV OLD a b  c\nUSER $OLD',
    )
    expect(parsed.at(-3)?.words).toEqual(['/bye/hello/bye/$abc'])
    expect(parsed.at(-1)?.words).toEqual(['a b c'])
  })

  test('RUN, CMD and ENTRYPOINT keep their variables for the shell', () => {
    expect(only('CMD ["sh", "-c", "echo $HOME"]').words).toEqual(['sh', '-c', 'echo $HOME'])
  })
})

test.each([
  ['', ['It has no FROM.']],
  ['RUN x\nFROM node', ['Line 1: RUN stands before the first FROM.']],
  ['FROM node:24\nRUM x', ['Line 2: there is no instruction RUM.']],
  ['ARG V\nFROM node:$V', ['Line 2: FROM node:$V names no image; a variable in it has no value.']],
  ['FROM node:24 build', ['Line 1: FROM wants an image, or an image, AS and a name.']],
  ['FROM x\nCMD ["a", 1]', ['Line 2: a JSON array may hold texts only.']],
  ['FROM x\nENV A=1 B', ['Line 2: ENV wants name=value; "B" has no =.']],
  ['FROM x\nHEALTHCHECK node h.js', ['Line 2: HEALTHCHECK wants CMD and a command, or NONE.']],
])('what Docker refuses: %j', (text, problems) => {
  expect(parseDockerfile(text).problems).toEqual(problems)
})

test('words: quotes, escapes and variables, as in "Environment replacement"', () => {
  const variables = { foo: '/bar', empty: '' }
  expect(splitWords('a="b c" d=\'e f\' g\\ h')).toEqual(['a="b c"', "d='e f'", 'g\\ h'])
  const filled = [
    '${foo}',
    '$foo',
    '\\$foo',
    '\\${foo}',
    "'$foo'",
    '"$foo x"',
    '${none:-w}',
    '${empty:-w}',
    '${empty-w}',
    '${foo:+w}',
    '${none:+w}',
    '${none:-${foo}}',
    '$',
    'a$(b)',
    '${none}',
  ]
  expect(filled.map((word) => expand(word, variables))).toEqual([
    '/bar',
    '/bar',
    '$foo',
    '${foo}',
    '$foo',
    '/bar x',
    'w',
    'w',
    '',
    'w',
    '',
    '/bar',
    '$',
    'a$(b)',
    '',
  ])
})

test('shell commands: each simple command with its own variables', () => {
  const script =
    'set -e; NODE_ENV=production npm ci --omit=dev && rm -rf "a b" || (cd x; echo "a && b" \'; c\') # end\nif [ -f x ]; then npm prune; fi\necho $(cat y; z) > log 2>&1 & exec tini -- node'
  expect(shellCommands(script).map(({ env, words }) => [JSON.stringify(env), ...words].join(' '))).toEqual([
    '{} set -e',
    '{"NODE_ENV":"production"} npm ci --omit=dev',
    '{} rm -rf a b',
    '{} cd x',
    '{} echo a && b ; c',
    '{} [ -f x ]',
    '{} npm prune',
    '{} fi',
    '{} echo $(cat y; z) > log 2>&1',
    '{} tini -- node',
  ])
})
