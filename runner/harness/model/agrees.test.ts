import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { program } from '../program.ts'
import { runWith } from '../run/run-fixtures.ts'
import { agrees, array, drawn, integer, lineAnswers, near, record, constantFrom, type Agreement } from './index.ts'

interface Shown {
  message: string
  lines: string[]
  asks: number
  actual: unknown
}

type Given<I, A> = Pick<Agreement<I, A>, 'inputs' | 'model' | 'answers'> & Partial<Agreement<I, A>>

/** What a learner would see; null where all agreed. */
async function shown<I, A>(given: Given<I, A>): Promise<Shown | null> {
  const lines: string[] = []
  let asks = 0
  const agreement: Agreement<I, A> = {
    random: { seed: 7 },
    transcript: (label, value) => lines.push(`${label}: ${String(value)}`),
    runs: 300,
    at: 'the answer',
    ...given,
    answers: (inputs) => {
      asks += 1
      return given.answers(inputs)
    },
  }
  try {
    await agrees(agreement)
    return null
  } catch (error) {
    const { message, actual } = error as Error & { actual: unknown }
    return { message, lines, asks, actual }
  }
}

const each = <I, A>(answer: (input: I) => A): Given<I, A>['answers'] => {
  return async (inputs) => ({ answers: inputs.map(answer) })
}

const lists = array(integer({ min: 0, max: 1_000_000 }), { maxLength: 50, size: 'max' })
const sum = (list: number[]): number => list.reduce((a, b) => a + b, 0)

describe('a work that agrees', () => {
  test('is asked once, and nothing is shown', async () => {
    let asked = 0
    const answers: Given<number[], number>['answers'] = async (inputs) => {
      asked += inputs.length
      return { answers: inputs.map(sum) }
    }
    expect(await shown({ inputs: lists, model: sum, answers, always: [[1, 2]] })).toBe(null)
    expect(asked).toBe(301)
  })
})

describe('a faulty function is shown with the smallest input that shows the fault', () => {
  test.each<[string, (list: number[]) => number, string]>([
    ['a limit', (list) => Math.min(sum(list), 999), '[1000]'],
    ['the third of a list', (list) => sum(list.slice(0, 2)) + sum(list.slice(3)), '[0,0,1]'],
    ['equal neighbours', (list) => sum(list.filter((n, i) => n !== list[i - 1])), '[1,1]'],
    ['the length', (list) => (list.length > 30 ? -1 : sum(list)), `[${Array(31).fill(0).join()}]`],
  ])('%s', async (_, faulty, input) => {
    const always = [[5, 5, 5]]
    const seen = await shown({ inputs: lists, model: sum, answers: each(faulty), always })
    expect(seen?.lines.at(-1)).toBe(`input: ${input}`)
    expect(seen?.message).toMatch(/^the answer: expected /)
    expect(seen?.lines.length).toBe(2)
  })

  test('found by hand-written inputs alone: made smaller where that is possible', async () => {
    const seen = await shown({
      inputs: lists,
      runs: 0,
      model: sum,
      answers: each((l) => Math.min(sum(l), 9)),
      always: [[70, 8]],
    })
    expect(seen?.lines.at(-1)).toBe('input: [2,8]')
  })

  test('the words may depend on what was wrong', async () => {
    const at: Agreement<number[], number>['at'] = ({ expected, got = 0 }) =>
      got < expected ? 'too little' : 'too much'
    expect((await shown({ inputs: lists, model: sum, answers: each((l) => sum(l) - 1), at }))?.message).toMatch(
      /^too little: /,
    )
  })
})

test('the same seed: the same inputs, the same end', async () => {
  const faulty = each((list: number[]) => (sum(list) % 1000 === 7 || list.includes(0) ? 0 : sum(list)))
  const look = (seed: number): Promise<Shown | null> =>
    shown({ random: { seed }, inputs: lists, model: sum, answers: faulty })
  expect(await look(11)).toEqual(await look(11))
  expect(drawn(lists, 3, 50)).toEqual(drawn(lists, 3, 50))
  expect(drawn(lists, 3, 50)).not.toEqual(drawn(lists, 4, 50))
})

describe('bounds', () => {
  const sluggish =
    (ms: number): Given<number[], number>['answers'] =>
    async (inputs) => {
      await new Promise((resolve) => setTimeout(resolve, ms))
      return { answers: inputs.map((list) => sum(list) + (sum(list) > 1234 ? 1 : 0)) }
    }
  test('of asks: the smallest so far is shown', async () => {
    const seen = await shown({ inputs: lists, model: sum, answers: sluggish(0), mostAsks: 2 })
    // The first one, two to make it smaller, and one to see it alone.
    expect(seen?.asks).toBe(4)
    expect(seen?.message).toMatch(/^the answer: /)
  })
  test('of time: the same', async () => {
    const seen = await shown({ inputs: lists, model: sum, answers: sluggish(40), mostMs: 60 })
    expect(seen?.asks).toBeLessThanOrEqual(4)
  })
})

/** A real program that reads numbers by line and doubles them. */
function answersOf(source: string): Given<number, number>['answers'] {
  const run = runWith({}, { launch: { command: [process.execPath], args: ['work.mjs'] } })
  writeFileSync(join(run.context.workspace, 'work.mjs'), source)
  return async (inputs) =>
    lineAnswers<number>(await program(run).run({ stdin: inputs.map((n) => `${n}\n`).join(''), quiet: true }))
}

const numbers = integer({ min: 0, max: 5_000 })
const doubled = (n: number): number => 2 * n
const loop = (body: string): string =>
  `import { readFileSync } from 'node:fs'\nfor (const line of readFileSync(0, 'utf8').trim().split('\\n')) { const n = Number(line); ${body} }`

describe('a program', () => {
  test.each<[string, string, string, string[]]>([
    [
      'dies',
      `if (n > 700) throw new RangeError('too large'); console.log(2 * n)`,
      '701',
      ['exit code: 1', 'RangeError: too large'],
    ],
    [
      'dies before anything left its buffer',
      `globalThis.out ??= []; if (n > 700) { console.error('no'); process.exit(3) }; out.push(2 * n); process.on('exit', () => { if (out) console.log(out.join('\\n')); out = null })`,
      '701',
      ['exit code: 3', 'stderr: no'],
    ],
    ['leaves one out', `if (n !== 701 && n < 1_000) console.log(2 * n)`, '701', ['exit code: 0']],
  ])('that %s: the input to blame, and how it ended', async (_, body, input, lines) => {
    const seen = await shown({ inputs: numbers, model: doubled, answers: answersOf(loop(body)), always: [701] })
    expect(seen?.lines.join('\n')).toContain(`input: ${input}`)
    for (const line of lines) expect(seen?.lines.join('\n')).toContain(line)
    expect(seen?.message).toMatch(/^the answer: expected /)
    expect(seen?.actual).toEqual({})
  })

  test('that says too much: the input to blame, and all it said', async () => {
    const seen = await shown({
      inputs: numbers,
      model: doubled,
      answers: answersOf(loop(`if (n > 10) console.log('big'); console.log(2 * n)`)),
    })
    expect(seen?.lines).toContain('input: 11')
    expect(seen?.actual).toEqual(['big', 22])
  })

  test('that ends early whatever it is asked first: said as it is', async () => {
    const seen = await shown({
      inputs: numbers,
      model: doubled,
      answers: answersOf(
        loop(`if ((globalThis.seen = (globalThis.seen ?? 0) + 1) > 2) process.exit(4); console.log(2 * n)`),
      ),
      runs: 4,
    })
    expect(seen?.lines).toEqual(['exit code: 4'])
    expect(seen?.message).toMatch(/^the number of answers: /)
  })

  test('that keeps something from one input to the next: said, with the answer that came', async () => {
    const seen = await shown({
      inputs: numbers,
      model: doubled,
      answers: answersOf(loop(`console.log(2 * n + (globalThis.last === n ? 1 : 0)); globalThis.last = n`)),
      always: [4, 4],
    })
    expect(seen?.lines.join('\n')).toContain('Asked alone it is answered as expected')
    expect(seen?.message).toMatch(/^the answer: /)
  })
})

test('near: one or two letters away, at the borders, and valid ones among them', () => {
  const texts = drawn(near(constantFrom('-12.50')), 5, 5_000)
  expect(texts).toEqual(
    expect.arrayContaining([' -12.50', '-12.50 ', '-12.5', '12.50', '-.50', '-12..50', '--12.50', '-12.50\n']),
  )
  expect(texts.every((text) => Math.abs(text.length - 6) <= 2)).toBe(true)
})

test('near: made smaller by fewer changes', async () => {
  const inputs = record({ text: near(constantFrom('7', '12.50', '100000')) })
  const model = ({ text }: { text: string }): boolean => /^\d+(\.\d\d)?$/.test(text)
  const faulty = ({ text }: { text: string }): boolean => /^\d+(\.\d\d)?$/.test(text.trim())
  expect((await shown({ inputs, model, answers: each(faulty) }))?.lines).toContain('input: {"text":" 7"}')
})
