import type { KeyedResult, TreeFile } from '../../app/grading-ports.ts'
import { openContext } from '../../cli/context.ts'
import { openGrader } from '../../cli/grading/open-grader.ts'
import { readSettings } from '../../cli/settings.ts'
import { jobOf } from '../../domain/class/grade-plan.ts'
import type { Language } from '../../domain/exercise/exercise.ts'
import { sha256Of } from '../../adapters/files/hash.ts'
import { filesOf } from '../class/class-files.ts'

/** A work that takes down what reads the works of all: the transpiler, the compiler. */
export interface Spoiler {
  what: string
  language: Language
  file: string
  /** The reference with this behind it. */
  behind: string
}

export const spoilers: readonly Spoiler[] = [
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
export async function gradeAround({ language, file, behind }: Spoiler): Promise<KeyedResult[]> {
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
