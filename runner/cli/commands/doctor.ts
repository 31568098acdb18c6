import { openReadiness } from '../../adapters/readiness/readiness.ts'
import { findSandbox } from '../../adapters/sandbox/find-sandbox.ts'
import type { ReadinessItem } from '../../app/ports.ts'
import { RunnerError } from '../../errors/runner-error.ts'
import { renderDoctor } from '../../ui/terminal/doctor.ts'
import type { Command } from '../command.ts'

export const doctor: Command = {
  summary: 'Shows what this machine has, what it lacks, and the line that installs it.',
  usage: '',
  details: ['Exit code 0 when everything is ready, 3 when something is missing.'],
  options: {},
  words: 0,
  run: async ({ settings }) => {
    const readiness = await openReadiness(settings.cache, true)
    const items = [...(await readiness.items()), sandboxItem(settings.root, readiness.programs())]
    const system = `${process.platform} ${process.arch}${notes()}`
    const ready = items.every((i) => i.ready || i.optional === true)
    return { exitCode: ready ? 0 : 3, json: { ready, items }, text: renderDoctor({ items, ready, system }, settings) }
  },
}

/** With what it cannot bound, on any machine so far: no cgroup is used, and bubblewrap's file systems count no files. */
const sandboxed =
  'bubblewrap: grading the work of others. Not bounded: the number of empty files in its temporary folders, and processor time of all processes of a run together; their memory is looked at every 100 ms'

/** Whether the work of others could be graded here; nobody needs that for their own exercises. */
function sandboxItem(root: string, programs: readonly string[]): ReadinessItem {
  const item = { id: 'sandbox', version: null, needs: sandboxed, optional: true }
  try {
    findSandbox(root, programs)
    return { ...item, ready: true, howToInstall: '' }
  } catch (error) {
    if (!(error instanceof RunnerError)) throw error
    return { ...item, ready: false, howToInstall: error.remedy }
  }
}

/** Said once, here: what nobody has tried. */
function notes(): string {
  if (process.platform === 'win32') return '; native Windows is untested, WSL2 is what we try'
  const glibc = (process.report?.getReport() as { header?: { glibcVersionRuntime?: string } } | undefined)?.header
    ?.glibcVersionRuntime
  return process.platform === 'linux' && !glibc ? '; musl is untested, use a glibc image' : ''
}
