import type { ChildProcess } from 'node:child_process'
import { renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { sameCases, type Edit, type Kind } from './edits.ts'
import { linesOf } from './lines.ts'
import { slugOf } from './materials.ts'
import { makeStandAlone, vitestCommand, type GymProject, type ProjectSource } from './projects.ts'

/** A process that answers each save of one file with a verdict. */
export interface Watcher {
  child: ChildProcess
  edit: (edit: Edit) => Promise<Answered>
}

export interface Answered {
  /** From the save to the line with the right verdict, in ms; null when it never came. */
  ms: number | null
  /** Verdicts that were not those of the file as it stood. */
  wrong: number
}

/** One verdict: the red cases, and how many cases there were. */
export interface Verdict {
  red: string[]
  ran: number
}

const firstMs = 60_000
const verdictMs = 20_000
const casesOfBoth = 8

/** Ours: `watch --json` in a workspace that was started before. */
export async function ourWatcher(
  project: GymProject,
  kind: Kind,
  nodeFlags: readonly string[] = [],
  env: Record<string, string> = {},
): Promise<Watcher> {
  const child = project.start(['watch', slugOf(kind), '--json'], nodeFlags, env)
  return openWatcher(child, join(project.root, 'workspace', slugOf(kind), 'src', 'main.ts'), ourVerdict)
}

/** Theirs: `vitest --watch` with a reporter that prints one line. */
export async function theirWatcher(source: ProjectSource, kind: Kind): Promise<Watcher> {
  const root = makeStandAlone(source, kind)
  const child = source.playground.start(vitestCommand('--watch'), { cwd: root, env: { BENCH_LINES: '1' } })
  return openWatcher(child, join(root, 'src', 'main.ts'), (line) => JSON.parse(line) as Verdict)
}

export function ourVerdict(line: string): Verdict {
  const { cases = [] } = JSON.parse(line) as { cases?: { id: string; status: string }[] }
  return { red: cases.filter((c) => c.status === 'failed').map((c) => c.id), ran: cases.length }
}

async function openWatcher(child: ChildProcess, file: string, read: (line: string) => Verdict): Promise<Watcher> {
  const lines = linesOf(child)
  if (!(await lines.next(firstMs))) throw new Error(`no first verdict on ${file}`)
  await settled(lines, () => {})
  const edit = async (edit: Edit): Promise<Answered> => {
    let wrong = 0
    const judge = (text: string): boolean => {
      const { red, ran } = read(text)
      const right = ran === casesOfBoth && sameCases(red, edit.red)
      if (!right) wrong += 1
      return right
    }
    const saved = performance.now()
    save(file, edit)
    for (let line = await lines.next(verdictMs); line; line = await lines.next(verdictMs)) {
      const ms = line.at - saved
      if (!judge(line.text)) continue
      await settled(lines, judge)
      return { ms, wrong }
    }
    return { ms: null, wrong }
  }
  return { child, edit }
}

export function save(file: string, { text, atomic }: Pick<Edit, 'text' | 'atomic'>): void {
  const target = atomic ? `${file}.new` : file
  writeFileSync(target, text)
  if (atomic) renameSync(target, file)
}

/**
 * Longer than either side's debouncing: a second verdict of the same save is out by then. Its length is never the same
 * twice in a row.
 */
async function settled(
  lines: { next: (ms: number) => Promise<{ text: string } | null> },
  onLine: (text: string) => void,
): Promise<void> {
  await pause(Math.random() * 40)
  for (let line = await lines.next(160); line; line = await lines.next(160)) onLine(line.text)
}
