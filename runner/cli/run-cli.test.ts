import { dirname, join } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import { forwardedCommands } from '../app/plan.ts'
import { runCli } from './run-cli.ts'

/** What is printed on stdout, as JSON. */
async function said(...argv: string[]): Promise<{ code: number; json: Record<string, unknown> }> {
  const texts: string[] = []
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => (texts.push(String(text)), true))
  const code = await runCli([...argv, '--json'])
  return { code, json: JSON.parse(texts.join('')) as Record<string, unknown> }
}

afterEach(() => void vi.restoreAllMocks())

test('help with a command: its options, the same as --help behind it', async () => {
  const { code, json } = await said('help', 'reset')
  expect(code).toBe(0)
  expect(json).toMatchObject({ command: 'reset', usage: expect.stringContaining('--lang') })
  expect((await said('reset', '--help')).json).toEqual(json)
})

test('help with a word that is no command: says which one is meant', async () => {
  const { code, json } = await said('help', 'rest')
  expect(code).toBe(2)
  expect(json).toMatchObject({ error: { code: 'unknown-command', message: expect.stringContaining('"reset"') } })
})

test('help alone: all commands', async () => {
  const { code, json } = await said('help')
  expect(code).toBe(0)
  expect((json['commands'] as { name: string }[]).map((c) => c.name)).toContain('reset')
})

test('doctor: says whether the work of others could be graded here', async () => {
  const { json } = await said('doctor')
  expect((json['items'] as { id: string }[]).find((i) => i.id === 'sandbox')).toMatchObject({
    optional: true,
    ready: expect.any(Boolean),
  })
})

test('help inside a workspace: only what can be typed there', async () => {
  vi.stubEnv('INIT_CWD', join(dirname(dirname(import.meta.dirname)), 'workspace', 'hello-gym', 'src'))
  const { json } = await said('help')
  const names = (json['commands'] as { name: string }[]).map((c) => c.name)
  expect(names).toContain('watch')
  expect(names.toSorted()).toEqual([...forwardedCommands].toSorted())
  vi.unstubAllEnvs()
})

test.each([
  ['check', 'a', 'b', '"check" takes one exercise, and "b" is one word more.'],
  ['list', 'a', 'b', '"list" takes one word, and "b" is one word more.'],
  ['doctor', 'a', 'b', '"doctor" takes options alone, and "a" is one word more.'],
])('a word too many: %s %s %s', async (command, one, two, message) => {
  const { code, json } = await said(command, one, two)
  expect(code).toBe(2)
  expect(json).toMatchObject({ error: { code: 'too-many-words', message } })
})

test('set with a subcommand that lacks something: called a subcommand', async () => {
  const { code, json } = await said('set', 'new')
  expect(code).toBe(2)
  expect(json).toMatchObject({
    error: { code: 'option-value', message: 'The subcommand "new" needs an id and at least one exercise.' },
  })
})

test('npm took an option: the whole line stands there, ready to copy', async () => {
  vi.stubEnv('npm_lifecycle_event', 'check')
  vi.stubEnv('npm_config_seed', 'true')
  const { code, json } = await said('check', '42', 'hello-gym')
  vi.unstubAllEnvs()
  expect(code).toBe(2)
  expect(json).toMatchObject({
    error: { remedy: expect.stringMatching(/:\nnpm run check -- hello-gym --seed 42 --json$/) },
  })
})
