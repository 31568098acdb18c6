import { appendFileSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeProject, type ProjectFixture } from './project-fixtures.ts'

/** The gate runs nothing twice: what is changed decides what runs, with the real gate in a project of its own. */

const [area, server] = ['frameworks', 'express-middleware-order']
const module = 'node-lost-promises'
let project: ProjectFixture

interface Variant {
  slug: string
  ok: boolean
  ran: number
  known: number
}

/** Trials that ran, by exercise. Everything must be sound, whatever ran. */
async function ranNow(): Promise<Record<string, number>> {
  const result = await project.gym(['verify', server, module, '--json'])
  const { exercises } = result.json() as unknown as { exercises: Variant[] }
  expect(exercises.filter((e) => !e.ok)).toEqual([])
  return Object.fromEntries(exercises.map((e) => [e.slug, e.ran]))
}

const at = (...path: string[]): string => join(project.root, ...path)
const hints = (): string => at('exercises', area, server, 'hints.json')

beforeAll(async () => {
  project = makeProject([`${area}/${server}`, `languages/${module}`])
  const first = await ranNow()
  expect(first[server]).toBeGreaterThan(4)
  expect(first[module]).toBeGreaterThan(4)
}, 300_000)

afterAll(() => rmSync(project.root, { recursive: true, force: true }))

test('nothing changed: nothing runs', async () => {
  expect(await ranNow()).toEqual({ [server]: 0, [module]: 0 })
})

test('a hint is edited: everything is judged again, and nothing runs', async () => {
  const file = hints()
  writeFileSync(file, readFileSync(file, 'utf8').replace(/"L1": "/, '"L1": "Have a look: '))
  expect(await ranNow()).toEqual({ [server]: 0, [module]: 0 })
})

test('a hint that is no longer true is found, and still nothing runs', async () => {
  const file = hints()
  const before = readFileSync(file, 'utf8')
  const all = JSON.parse(before) as { confidence: number }[]
  writeFileSync(file, JSON.stringify(all.map((hint) => ({ ...hint, confidence: 1 }))))
  const result = await project.gym(['verify', server, '--json'])
  writeFileSync(file, before)
  expect(result.code).toBe(4)
  const { exercises } = result.json() as unknown as { exercises: Variant[] }
  expect(exercises.map((e) => [e.ok, e.ran])).toEqual([[false, 0]])
})

test('one wrong answer more: one trial', async () => {
  const folder = at('solutions', area, server, 'mistakes')
  const [first = ''] = readdirSync(folder).filter((name) => name.endsWith('.patch'))
  const text = readFileSync(join(folder, first), 'utf8').replace(/^\+(?!\+\+)(.*)$/m, '+$1 // another')
  const hint = /^Hint: (.*)$/m.exec(text)?.[1] ?? first.replace('.patch', '')
  const breaks = /^Breaks: .*\n/m.exec(text)?.[0] ?? ''
  const rest = text.replace(/^(Breaks|Hint): .*\n/gm, '')
  const gap = rest.startsWith('---') ? '\n' : ''
  writeFileSync(join(folder, 'another.patch'), `${breaks}Hint: ${hint}\n${gap}${rest}`)
  expect(await ranNow()).toEqual({ [server]: 1, [module]: 0 })
})

test('a unit test, a document or a comment is edited: nothing', async () => {
  appendFileSync(at('runner/harness/run/patience.test.ts'), '\n// a word\n')
  appendFileSync(at('runner/docs/authoring.md'), '\nA word.\n')
  appendFileSync(at('runner/harness/http/server.ts'), '\n// a word\n')
  expect(await ranNow()).toEqual({ [server]: 0, [module]: 0 })
})

test('a part of the harness is edited: the exercises that use it, and no others', async () => {
  appendFileSync(at('runner/harness/http/server.ts'), '\nexport const another = 1\n')
  const ran = await ranNow()
  expect(ran[server]).toBeGreaterThan(4)
  expect(ran[module]).toBe(0)
}, 300_000)

test('--again runs what is known', async () => {
  const result = await project.gym(['verify', server, '--again', '--json'])
  const { exercises } = result.json() as unknown as { exercises: Variant[] }
  expect(exercises[0]).toMatchObject({ ok: true, known: 0 })
}, 300_000)

test('what has held is on record, for whoever clones it', () => {
  const record = JSON.parse(readFileSync(at('solutions/languages', module, 'verified.json'), 'utf8')) as object
  expect(record).toMatchObject({ formatVersion: 1, variants: { ts: { mistakes: expect.any(Number) as number } } })
})
