import { createInterface } from 'node:readline'
import type { GradeJob } from '../../domain/class/grade-plan.ts'
import type { Language } from '../../domain/exercise/exercise.ts'
import type { TreeFile } from '../../app/grading-ports.ts'
import type { ErrorDetails } from '../../errors/entry.ts'
import { RunnerError } from '../../errors/runner-error.ts'
import { openContext } from '../context.ts'
import { readSettings } from '../settings.ts'
import { openSlotGrader, type SlotOptions } from './slot-grader.ts'

/**
 * One slot of a grader, a process of its own: in grade mode in a network of its own, so that what a submission listens
 * on or connects to is this run's alone. One JSON object a line, in on stdin and out on fd 3: stdout and stderr are
 * nobody's.
 */
export type SlotRequest =
  | { id: number; ask: 'canary' }
  | { id: number; ask: 'self-test' }
  | { id: number; ask: 'sound'; language: Language }
  | { id: number; ask: 'reference'; job: GradeJob }
  | { id: number; ask: 'grade'; job: GradeJob; tree: (Omit<TreeFile, 'content'> & { content: string })[] }
export type SlotAnswer =
  | { id: number; ok: true; value: unknown }
  | { id: number; ok: false; code: string | null; details: ErrorDetails; message: string }

export async function runSlot(options: SlotOptions, answer: (value: SlotAnswer) => void): Promise<void> {
  const context = openContext(readSettings({ json: true, plain: true }))
  const open = await openSlotGrader(context, options)
  for await (const line of createInterface({ input: process.stdin })) {
    const request = JSON.parse(line) as SlotRequest
    try {
      answer({ id: request.id, ok: true, value: await reply(open, request) })
    } catch (error) {
      const known = error instanceof RunnerError ? error : null
      answer({
        id: request.id,
        ok: false,
        code: known?.code ?? null,
        details: known?.details ?? {},
        message: error instanceof Error ? error.message : String(error),
      })
    }
  }
  await open.close()
  await context.close()
}

async function reply(
  { grader, selfTest }: Awaited<ReturnType<typeof openSlotGrader>>,
  request: SlotRequest,
): Promise<unknown> {
  if (request.ask === 'canary') return grader.canary()
  if (request.ask === 'self-test') return selfTest()
  if (request.ask === 'sound') return grader.isSound(request.language)
  if (request.ask === 'reference') return grader.passesReference(request.job)
  return grader.grade(
    request.job,
    request.tree.map((f) => ({ ...f, content: Buffer.from(f.content, 'base64') })),
  )
}
