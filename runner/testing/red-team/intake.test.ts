import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { keepWork } from '../../adapters/classroom/keep-works.ts'
import { openSubmission, type SubmissionSource } from '../../adapters/intake/open-submission.ts'
import { collect } from '../../app/collect.ts'
import type { Language } from '../../domain/exercise/exercise.ts'
import { attackedSlug, honestFile, workspace, type IntakeAttack } from './intake-attack.ts'
import { intakeAttacks as r23 } from './r23-links.ts'
import { intakeAttacks as r24 } from './r24-sizes.ts'
import { intakeAttacks as r25 } from './r25-trees.ts'
import { intakeAttacks as r26 } from './r26-addresses.ts'
import { intakeAttacks as r27 } from './r27-bombs.ts'
import { intakeAttacks as r28 } from './r28-repositories.ts'

/** R23–R28: each hostile submission is rejected by name or taken without the attack, and nothing of it runs. */

const attacks: readonly IntakeAttack[] = [...r23, ...r24, ...r25, ...r26, ...r27, ...r28]
const wanted = new Map<string, Language[]>([[attackedSlug, ['ts']]])
const secretText = 'gym-canary-outside-of-the-submission'
const now = new Date('2026-06-01T12:00:00Z')

let root = ''
beforeAll(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'gym intake ')))
  // Of these tests alone: others make scratch folders at the same time.
  mkdirSync(join(root, 'tmp'))
  vi.stubEnv('TMPDIR', join(root, 'tmp'))
})
afterAll(() => {
  vi.unstubAllEnvs()
  rmSync(root, { recursive: true, force: true })
})

function made(attack: IntakeAttack, i: number): { source: SubmissionSource; ran: string } {
  const folder = join(root, String(i))
  mkdirSync(folder)
  const [ran, secret, place] = [join(folder, 'ran'), join(folder, 'secret'), join(folder, 'submission')]
  writeFileSync(secret, secretText)
  const address = attack.make(place, { ran, secret })
  return {
    source:
      typeof address === 'string' ? { kind: 'remote', remote: address, base: folder } : { kind: 'path', path: place },
    ran,
  }
}

describe.each(attacks.map((attack, i) => ({ attack, i, name: `${attack.id} ${attack.title}` })))(
  '$name',
  ({ attack, i }) => {
    test('comes out as expected', async () => {
      const { source, ran } = made(attack, i)
      const temporary = intakeFolders()
      const began = performance.now()
      const [incoming, ...others] = await openSubmission(source, wanted, now)
      if (!incoming || others.length > 0) throw new Error('one submission is one')
      expect(performance.now() - began).toBeLessThan(45_000)
      const named = [...incoming.oddities, ...incoming.leftOut]
      expect(named.map((o) => o.rule)).toEqual(attack.rule === null ? [] : [attack.rule])
      expect(named.every((o) => /^[^\u0000-\u001f\u007f]{10,400}$/.test(o.message))).toBe(true)
      const files = incoming.works.flatMap((w) => w.states.flatMap((s) => s.files))
      const isTaken = attack.rule === null || attack.rule === 'twice' || incoming.leftOut.length > 0
      expect(files.map((f) => f.path)).toEqual(isTaken ? (attack.taken ?? [honestFile.path]) : [])
      expect(Buffer.concat(files.map((f) => f.content)).toString()).not.toContain(secretText)
      expect(existsSync(ran)).toBe(false)
      expect(intakeFolders()).toEqual(temporary)
    })
  },
)

test('all of them in one batch keep nobody else’s work from being taken', async () => {
  const hostile = attacks.map((attack, i) => made(attack, 1000 + i).source)
  const honest = join(root, 'honest')
  workspace(honest)
  const sources: SubmissionSource[] = [...hostile, { kind: 'path', path: honest }]
  const classFolder = join(root, 'class')
  const collected = await collect({
    found: sources.map((source, i) => ({ name: `learner-${i}`, open: () => openSubmission(source, wanted, now) })),
    roster: [],
    keep: (learner, work, receipt) => keepWork(classFolder, learner, work, receipt, now).length,
    now,
    onProgress: () => {},
  })
  const last = `learner-${sources.length - 1}`
  expect(collected.find((c) => c.learner === last)).toMatchObject({
    works: [{ slug: attackedSlug, states: 1 }],
    rejections: [],
  })
  expect(collected.filter((c) => c.rejections.length + c.leftOut.length > 0)).toHaveLength(
    attacks.filter((a) => a.rule !== null).length,
  )
  const kept = readdirSync(join(classFolder, 'submissions'), { recursive: true, withFileTypes: true })
  expect(kept.every((e) => e.isFile() || e.isDirectory())).toBe(true)
  expect(
    kept
      .filter((e) => e.isFile() && !e.name.endsWith('.json'))
      .every((e) => [honestFile.text, 'x'].includes(readFileSync(join(e.parentPath, e.name), 'utf8'))),
  ).toBe(true)
}, 300_000)

/** Scratch repositories that intake makes and has to remove. */
const intakeFolders = (): string[] => readdirSync(tmpdir()).filter((n) => n.startsWith('gym-intake-'))
