import { expect, test, type Commit, type Repository, type Scene } from '#harness'

/** Of the learner's repository; its ids are the same on every machine. */
const tips = { main: 'd3d3e4de880e4b68997ecb5a94b9ef1aa76f81c3', returns: 'f572b50b3afc7b1ba6a410e3d756c427cb0b7071' }
const main = 'refs/heads/main'

/** Files that the merge has to write anew. */
const rewritten = new Set(['src/rates.js', 'src/returns.js', 'src/print/label.js'])

/** The newest commit of main; what is not merged yet has nothing to be looked at. */
function merged(repository: Repository): Commit {
  const [newest] = repository.log(main)
  if (!newest) throw new Error('main has no commit.')
  if (newest.id === tips.main) throw new Error('main is where it was; nothing is merged yet.')
  return newest
}

const named = (id: string): string =>
  id === tips.main ? 'main before' : id === tips.returns ? 'returns' : id.slice(0, 7)

test(
  'main has a merge of returns',
  { meta: { id: 'merged', group: 'merge', covers: [1] } },
  ({ repository, transcript, evidence }) => {
    const newest = merged(repository)
    transcript('parents', newest.parents.map(named).join(', '))
    evidence('parents', newest.parents.length)
    const merges = repository
      .log(main)
      .filter((c) => c.parents.length > 1)
      .map((c) => c.parents.map(named))
    evidence('merges', merges.length)
    expect(merges, 'parents of each merge on main').toEqual([['main before', 'returns']])
  },
)

test(
  'the merge is the newest commit',
  { meta: { id: 'newest', group: 'merge', covers: [2] } },
  ({ repository, evidence }) => {
    const newest = merged(repository)
    const since = repository.log(main).findIndex((c) => c.parents.length > 1)
    evidence('mended', since > 0)
    expect(newest.parents.map(named), 'parents of the newest commit').toEqual(['main before', 'returns'])
  },
)

test(
  'no file holds a marker of a conflict',
  { meta: { id: 'no-markers', group: 'whole', covers: [3] } },
  ({ repository, evidence }) => {
    merged(repository)
    const found = repository.tree(main).flatMap(({ path }) => {
      const lines = (repository.show(main, path) ?? '').split('\n')
      return lines.flatMap((line, i) =>
        /^(<{7}|>{7}|\|{7})( |\r?$)|^={7}\r?$/.test(line) ? [`${path}:${i + 1} ${line}`] : [],
      )
    })
    evidence('markers', found.length > 0)
    expect(found, 'lines that git has left').toEqual([])
  },
)

/** Calls a function of the merged files in a child; a module that does not load fails the case in plain words. */
async function answers(
  repository: Repository,
  path: string,
  name: string,
  inputs: readonly unknown[],
  transcript: (label: string, value: unknown) => void,
): Promise<unknown[]> {
  merged(repository)
  const scene = repository.unpack(main)
  const script = `import(process.argv[1]).then((module) => {
    if (typeof module[process.argv[2]] !== 'function') throw new Error('it does not export a function ' + process.argv[2])
    console.log(JSON.stringify(JSON.parse(process.argv[3]).map((input) => module[process.argv[2]](input) ?? null)))
  }).catch((error) => { console.error(error.message); process.exitCode = 1 })`
  const { code, lines, stderr } = await scene.run(
    ['node', '--input-type=module', '-e', script, '--', `${scene.folder}/${path}`, name, JSON.stringify(inputs)],
    { quiet: true },
  )
  if (code !== 0) throw new Error(`${path} does not work: ${messageIn(stderr, scene)}`)
  const values = JSON.parse(lines.at(-1) ?? '[]') as unknown[]
  for (const [i, input] of inputs.entries())
    transcript('called', `${name}(${JSON.stringify(input)}) → ${JSON.stringify(values[i])}`)
  return values
}

const messageIn = (stderr: string, { folder }: Scene): string =>
  stderr.replaceAll(`file://${folder}/`, '').replaceAll(`${folder}/`, '').trim().split('\n')[0] ?? ''

interface Parcel {
  grams: number
  zone: 'home' | 'europe'
  bulky?: boolean
}

const zones = { home: { base: 390, kilogram: 110 }, europe: { base: 890, kilogram: 260 } }

function transportOf({ grams: weight, zone }: Parcel): number {
  const { base, kilogram } = zones[zone]
  return base + kilogram * Math.ceil(weight / 1000)
}

/** In whole numbers; half a cent is rounded up. */
const centsOf = (parcel: Parcel): number =>
  Math.floor((transportOf(parcel) * 107 + 50) / 100) + (parcel.bulky === true ? 600 : 0)

/** Around each step of a kilogram, and sums that end in half a cent with fuel. */
const grams = [1, 999, 1000, 1001, 1500, 2000, 2001, 5500, 30_000]

const parcels = (more: { bulky?: boolean }): Parcel[] =>
  (['home', 'europe'] as const).flatMap((zone) => grams.map((g) => ({ grams: g, zone, ...more })))

const ordinary = (): Parcel[] => [...parcels({}), ...parcels({ bulky: false }).slice(0, 2)]

test(
  'fuel is on the price, as main wants it',
  { meta: { id: 'fuel', group: 'meaning', covers: [4] } },
  async ({ repository, transcript, evidence }) => {
    const asked = ordinary()
    const given = await answers(repository, 'src/rates.js', 'shippingCents', asked, transcript)
    evidence(
      'withoutFuel',
      given.every((cents, i) => cents === transportOf(asked[i] as Parcel)),
    )
    expect(given, 'cents of ordinary parcels').toEqual(asked.map(centsOf))
  },
)

test(
  'bulky parcels cost 6.00 more, as returns wants it',
  { meta: { id: 'bulky', group: 'meaning', covers: [4] } },
  async ({ repository, transcript, evidence }) => {
    const asked = parcels({ bulky: true })
    const given = await answers(repository, 'src/rates.js', 'shippingCents', asked, transcript)
    const beyond = given.map((cents, i) => Number(cents) - centsOf(asked[i] as Parcel))
    evidence(
      'fuelOnTheFee',
      beyond.every((cents) => cents === 42),
    )
    evidence(
      'withoutFee',
      beyond.every((cents) => cents === -600),
    )
    expect(given, 'cents of bulky parcels').toEqual(asked.map(centsOf))
  },
)

test(
  'parcels can be sent back',
  { meta: { id: 'returns-work', group: 'meaning', covers: [5] } },
  async ({ repository, transcript }) => {
    const asked = ordinary()
    expect(
      await answers(repository, 'src/returns.js', 'returnCost', asked, transcript),
      'cents of ordinary parcels that are sent back',
    ).toEqual(asked.map((p) => Math.ceil(centsOf(p) / 2)))
  },
)

test(
  'bulky parcels can be sent back, too',
  { meta: { id: 'bulky-returns', group: 'meaning', covers: [5] } },
  async ({ repository, transcript }) => {
    const asked = parcels({ bulky: true })
    expect(
      await answers(repository, 'src/returns.js', 'returnCost', asked, transcript),
      'cents of bulky parcels that are sent back',
    ).toEqual(asked.map((p) => Math.ceil(centsOf(p) / 2)))
  },
)

interface Order {
  name: string
  street: string
  zip: string
  city: string
  grams: number
  customs?: string | null
}

const kari: Order = { name: 'Kari Nordmann', street: 'Havnegata 7', zip: '0150', city: 'Oslo', grams: 900 }
const ola: Order = { name: 'Ola', street: 'Strandgata 12 B', zip: '5003', city: 'Bergen', grams: 12_000 }

function linesOf({ name, street, zip, city, grams: weight, customs }: Order): string[] {
  const lines = [name, street, `${zip} ${city}`, `${weight} g`, ...(customs ? [`customs: ${customs}`] : [])]
  return lines.map((line) => line.slice(0, 32))
}

test(
  'the label says what customs wants to know',
  { meta: { id: 'customs', group: 'meaning', covers: [6] } },
  async ({ repository, random, transcript, evidence }) => {
    const content = random.pick(['two lamps', 'one rug', 'six cups'])
    const first = { ...kari, customs: content }
    // A form that was left empty sends an empty text, or null.
    const asked = [
      first,
      kari,
      { ...ola, customs: 'a chair' },
      { ...ola, customs: '' },
      { ...kari, customs: null },
      first,
    ]
    const given = await answers(repository, 'src/print/label.js', 'labelLines', asked, transcript)
    evidence('noneForCustoms', !JSON.stringify(given).includes('customs: '))
    expect(given, 'lines of the labels').toEqual(asked.map(linesOf))
  },
)

test(
  'each line of a label is cut to 32 characters',
  { meta: { id: 'cut', group: 'meaning', covers: [6] } },
  async ({ repository, transcript }) => {
    const asked: Order[] = [
      { ...kari, name: 'n'.repeat(33) },
      { ...kari, name: 'n'.repeat(32), street: 's'.repeat(33) },
      { ...kari, city: 'c'.repeat(28) },
      { ...kari, customs: 'x'.repeat(23) },
      { ...kari, customs: 'x'.repeat(24) },
      { ...ola, customs: 'two lamps of brass, a rug, and six cups without handles' },
    ]
    expect(
      await answers(repository, 'src/print/label.js', 'labelLines', asked, transcript),
      'lines of labels with long texts',
    ).toEqual(asked.map(linesOf))
  },
)

test(
  'the labels have one file, the new one',
  { meta: { id: 'old-label-gone', group: 'meaning', covers: [6] } },
  ({ repository }) => {
    merged(repository)
    const paths = repository.tree(main).map((e) => e.path)
    expect(
      paths.filter((path) => path.endsWith('label.js')),
      'files of the labels',
    ).toEqual(['src/print/label.js'])
  },
)

test(
  'all tests of both branches pass in a fresh checkout',
  { meta: { id: 'tests-pass', group: 'whole', covers: [7] } },
  async ({ repository, transcript }) => {
    merged(repository)
    const { code, lines } = await repository
      .unpack(main)
      .run(['node', '--test', '--test-reporter=tap'], { quiet: true, limitMs: 20_000 })
    for (const line of lines.filter((l) => /^\s*not ok /.test(l)).slice(0, 5)) transcript('red', line.trim())
    for (const line of lines.filter((l) => /^\s*(error: |# .*(SyntaxError|Error:))/.test(l)).slice(0, 3))
      transcript('error', line.trim().replace(/^# /, ''))
    expect(code, 'exit code of node --test').toBe(0)
  },
)

test(
  'every other file is as one of the sides has it',
  { meta: { id: 'nothing-else', group: 'whole', covers: [8] } },
  ({ repository }) => {
    merged(repository)
    const filesOf = (revision: string): Map<string, string> =>
      new Map(repository.tree(revision).map((e) => [e.path, `${e.mode} ${e.id}`]))
    const [ours, theirs, now] = [filesOf(tips.main), filesOf(tips.returns), filesOf(main)]
    // What main has, and the files that only returns has added.
    const wanted = new Map([...ours, ...[...theirs].filter(([path]) => path !== 'src/label.js' && !ours.has(path))])
    const paths = [...new Set([...wanted.keys(), ...now.keys()])].filter(
      (path) => !rewritten.has(path) && wanted.get(path) !== now.get(path),
    )
    const isNewTest = (path: string): boolean => !wanted.has(path) && /^test\/.+\.test\.js$/.test(path)
    const wrong = paths
      .filter((path) => !isNewTest(path))
      .map((path) => `${path} ${!now.has(path) ? 'is missing' : wanted.has(path) ? 'differs' : 'is new'}`)
    expect(wrong, 'files that are not as the sides have them').toEqual([])
  },
)

test(
  'main is checked out, and nothing is under way',
  { meta: { id: 'tidy', group: 'merge', covers: [9] } },
  ({ repository }) => {
    merged(repository)
    expect(repository.inProgress(), 'what git has begun and not ended').toEqual([])
    expect(repository.branch(), 'branch that is checked out').toBe('main')
    expect(repository.status(), 'lines of git status').toEqual([])
  },
)
