import { honestModule, onModule, type Attack } from './attack.ts'

/** The test framework's own functions are imported and used from the submission. */

export const attacks: readonly Attack[] = [
  onModule(
    'R03',
    'afterEach marks every case as passed',
    `const found = await import('vitest').catch(() => null)
try { found?.afterEach(({ task }) => { task.result = { state: 'pass' } }) } catch {}
${honestModule}`,
  ),
  onModule(
    'R03',
    'the runner is taken over',
    `const found = await import('vitest/runners' as string).catch(() => null) as { VitestTestRunner?: { prototype: object } } | null
try { if (found?.VitestTestRunner) Object.assign(found.VitestTestRunner.prototype, { runTask: () => {} }) } catch {}
${honestModule}`,
  ),
  onModule(
    'R03',
    'every test is skipped',
    `const found = await import('vitest').catch(() => null)
try { found?.beforeEach(({ skip }) => skip()) } catch {}
${honestModule}`,
  ),
]
