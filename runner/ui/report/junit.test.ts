import { expect, test } from 'vitest'
import { reportFixture } from './report-fixtures.ts'
import { junitXml } from './test-reports.ts'

/** Jenkins's schema junit-10: children and attributes of each element we write; `!` marks required ones. */
const junit10: Record<string, { children: string[]; attributes: string[] }> = {
  testsuites: { children: ['testsuite'], attributes: ['name', 'time', 'tests', 'failures', 'errors'] },
  testsuite: {
    children: ['testsuite', 'properties', 'testcase', 'system-out', 'system-err'],
    attributes: [
      'name!',
      'tests!',
      'failures!',
      'errors!',
      'group',
      'time',
      'skipped',
      'timestamp',
      'hostname',
      'id',
      'package',
      'file',
      'log',
      'url',
    ],
  },
  properties: { children: ['property'], attributes: [] },
  property: { children: [], attributes: ['name!', 'value!'] },
  testcase: {
    children: ['skipped', 'error', 'failure', 'system-out', 'system-err'],
    attributes: ['name!', 'time', 'classname', 'group'],
  },
  skipped: { children: [], attributes: ['type', 'message'] },
  error: { children: [], attributes: ['type', 'message'] },
  failure: { children: [], attributes: ['type', 'message'] },
}

interface Element {
  name: string
  attributes: Record<string, string>
  parent: string | null
}

const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"' }

/** Reads a document strictly: anything that is not well-formed throws. */
function elementsOf(source: string): Element[] {
  if (/[^\u0009\u000a\u000d\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u.test(source))
    throw new Error('a character that XML does not know')
  const body = source.replace('<?xml version="1.0" encoding="UTF-8"?>', '')
  const open: string[] = []
  const elements: Element[] = []
  let end = 0
  for (const match of body.matchAll(/<(\/?)([a-z-]+)((?: [a-z_]+="[^"<]*")*)(\/?)>/g)) {
    const [all, closing, name = '', attributes = '', empty] = match
    if (body.slice(end, match.index).trim() !== '')
      throw new Error(`text between tags: ${body.slice(end, match.index)}`)
    end = match.index + all.length
    if (closing && open.pop() !== name) throw new Error(`${name} closes another element`)
    if (closing) continue
    const read = [...attributes.matchAll(/ ([a-z_]+)="([^"]*)"/g)].map(([, key = '', value = '']) => [
      key,
      decoded(value),
    ])
    elements.push({ name, attributes: Object.fromEntries(read), parent: open.at(-1) ?? null })
    if (!empty) open.push(name)
  }
  if (open.length > 0 || body.slice(end).trim() !== '') throw new Error('something is left open')
  return elements
}

function decoded(value: string): string {
  if (/&(?!(amp|lt|gt|quot|#\d+);)/.test(value)) throw new Error(`a bare & in ${value}`)
  return value.replaceAll(
    /&(amp|lt|gt|quot|#\d+);/g,
    (_, name: string) => entities[name] ?? String.fromCharCode(Number(name.slice(1))),
  )
}

const elements = elementsOf(junitXml(reportFixture()))
const suites = elements.filter((e) => e.name === 'testsuite')

test('every element, child and attribute is one that junit-10 knows, and none that it wants is missing', () => {
  for (const { name, attributes, parent } of elements) {
    const known = junit10[name]
    expect(known, name).toBeDefined()
    if (parent !== null) expect(junit10[parent]?.children).toContain(name)
    const allowed = known?.attributes.map((a) => a.replace('!', '')) ?? []
    expect(Object.keys(attributes).filter((a) => !allowed.includes(a))).toEqual([])
    expect(known?.attributes.filter((a) => a.endsWith('!') && !(a.slice(0, -1) in attributes))).toEqual([])
  }
})

test('one suite a learner and exercise; its counts are those of its cases', () => {
  expect(suites.map((s) => s.attributes.name)).toEqual(
    ['ada', 'ben', 'cyd', 'dan', 'eve', 'zed'].flatMap((l) => [`${l}/first`, `${l}/second`]),
  )
  const total = (key: string): number => suites.reduce((sum, s) => sum + Number(s.attributes[key]), 0)
  expect(total('tests')).toBe(elements.filter((e) => e.name === 'testcase').length)
  expect(total('failures')).toBe(elements.filter((e) => e.name === 'failure').length)
  expect(total('errors')).toBe(1)
  expect(total('skipped')).toBe(elements.filter((e) => e.name === 'skipped').length)
  expect(elements[0]?.attributes).toMatchObject({
    tests: String(total('tests')),
    failures: String(total('failures')),
    errors: '1',
  })
})

test('a fault of ours is an error, missing work is skipped, and both say why', () => {
  expect(elements.find((e) => e.name === 'error')?.attributes.message).toBe('the worker lost its server')
  const skipped = elements.filter((e) => e.name === 'skipped').map((e) => e.attributes.message)
  expect(skipped).toContain('nothing handed in')
  expect(skipped).toContain('symlink: It holds a link.')
})

test("a learner's text cannot leave its place, and control characters are replaced", () => {
  expect(elements.filter((e) => e.name === 'testcase').map((e) => e.attributes.name)).toContain(
    '<script>alert(1)</script> & "quoted" \ufffd',
  )
})
