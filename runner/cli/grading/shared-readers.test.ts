import { describe, expect, test } from 'vitest'
import { findCommand } from '../../adapters/process/find-command.ts'
import type { KeyedResult, TreeFile } from '../../app/grading-ports.ts'
import { openContext } from '../context.ts'
import { openGrader } from './open-grader.ts'
import { readSettings } from '../settings.ts'
import { jobOf } from '../../domain/class/grade-plan.ts'
import type { Language } from '../../domain/exercise/exercise.ts'
import { sha256Of } from '../../adapters/files/hash.ts'
import { filesOf } from '../../testing/class/class-files.ts'

/** A work that takes down what reads the works of all: the transpiler, the compiler. */
interface Spoiler {
  what: string
  language: Language
  file: string
  /** The reference with this behind it. */
  behind: string
}

const spoilers: readonly Spoiler[] = [
  {
    what: 'an expression so deep that the transpiler ends',
    language: 'ts',
    file: 'src/main.ts',
    behind: `\nexport const deep = ${'!'.repeat(255_000)}1\n`,
  },
  {
    what: 'an expression so deep that the compiler ends',
    language: 'java',
    file: 'src/Main.java',
    behind: `\nclass Deep { int deep = ${'('.repeat(60_000)}1${')'.repeat(60_000)}; }\n`,
  },
]

/** The reference, the spoiler and the reference again, one after the other in one place. */
async function gradeAround({ language, file, behind }: Spoiler): Promise<KeyedResult[]> {
  const context = openContext(readSettings({ json: true, plain: true }))
  const open = await openGrader(context, { unsafe: false, reserve: undefined, slots: 1 })
  try {
    const reference = [...filesOf('hello-gym', language, 'reference')]
    const results: KeyedResult[] = []
    for (const [tree, end] of [
      ['before', '\n'],
      ['spoiler', behind],
      ['after', '\n\n'],
    ] as const) {
      const job = jobOf({ slug: 'hello-gym', language, tree }, { ...open.grader, seedOf: () => 7, hash: sha256Of })
      const files = reference.map(([path, text]): TreeFile => ({
        path,
        executable: false,
        content: Buffer.from(path === file ? `${text}${end}` : text),
      }))
      results.push(await open.grader.grade(job, files))
    }
    return results
  } finally {
    await open.close()
    await context.close()
  }
}

const canRun = process.platform === 'linux' && ['bwrap', 'javac'].every((name) => findCommand(name) !== null)

describe.skipIf(!canRun && process.env['GYM_REQUIRE_ALL'] !== '1')('R33, what reads the works of all', () => {
  test.each(spoilers.map((spoiler): [string, Spoiler] => [`${spoiler.what} (${spoiler.language})`, spoiler]))(
    '%s: worth nothing itself, and the works of others keep their marks',
    { timeout: 180_000 },
    async (_, spoiler) => {
      const [before, spoiled, after] = await gradeAround(spoiler)
      expect(before).toMatchObject({ verdict: 'passed', score: 100 })
      expect(spoiled).toMatchObject({ outcome: 'graded', score: null })
      expect(after).toMatchObject({ verdict: 'passed', score: 100 })
    },
  )
})
