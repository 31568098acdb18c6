import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, rmdirSync, statSync } from 'node:fs'
import { dirname, join, sep } from 'node:path'
import { reachableByOthers, temporaryFolder } from '../files/for-others.ts'
import { asRoot, giveAway } from '../process/account.ts'

/**
 * As root, children run as an account that owns nothing, and a clone below /root cannot be reached by it. A slot has
 * mounts of its own anyway: there the folders that are needed appear a second time at a place that everybody may enter.
 */
export type SlotView = readonly { from: string; to: string }[]

export interface OpenView {
  view: SlotView
  /** bubblewrap's words for the slot. */
  binds: readonly string[]
  close: () => void
}

export function openView(folders: readonly string[]): OpenView {
  const hidden = asRoot() ? folders.filter((folder) => !reachableByOthers(folder)) : []
  if (hidden.length === 0) return { view: [], binds: [], close: () => {} }
  const place = mkdtempSync(join(temporaryFolder(), 'gym-view-'))
  chmodSync(place, 0o755)
  const view = hidden.map((from, i) => ({ from, to: join(place, String(i)) }))
  for (const { to } of view) mkdirSync(to, { mode: 0o755 })
  return {
    view,
    binds: view.flatMap(bindsOf),
    // Never recursively: should a mount have survived, what lies behind it is not ours to delete.
    close: () => {
      for (const { to } of view) rmdirSync(to)
      rmSync(place, { recursive: true, force: true })
    },
  }
}

/** A folder that is closed itself would be closed there, too: another takes its place, with what lies in it. */
function bindsOf({ from, to }: SlotView[number]): string[] {
  if ((statSync(from).mode & 0o001) !== 0) return ['--bind', from, to]
  return ['--tmpfs', to, ...readdirSync(from).flatMap((name) => ['--bind', join(from, name), join(to, name)])]
}

/**
 * Where the folders of a slot's runs are: in memory of its own and of a fixed size, so that what submissions write,
 * however many files it is, never fills the disk. It is gone with the slot.
 */
export const slotScratch = (): string => join(temporaryFolder(), 'gym-scratch')

const scratchMb = 96

/**
 * Where the servers of a slot's runs keep their data, likewise: tables of a submission never fill the disk. A server that
 * it has filled ends, and the slot with it (app/sound-grade.ts).
 */
const slotServers = (): string => join(temporaryFolder(), 'gym-servers')

const serversMb = 768

/** bubblewrap's words for a slot, before the command of its process. */
export const slotWords = (bwrap: string, view: Pick<OpenView, 'binds'>): string[] => [
  bwrap,
  '--unshare-net',
  '--die-with-parent',
  '--dev-bind',
  '/',
  '/',
  '--size',
  String(scratchMb * 1024 * 1024),
  '--tmpfs',
  slotScratch(),
  '--size',
  String(serversMb * 1024 * 1024),
  '--tmpfs',
  slotServers(),
  '--setenv',
  'GYM_SERVERS',
  slotServers(),
  ...view.binds,
  '--',
]

/** Where a path is seen through a view. */
export const seenThrough =
  (view: SlotView) =>
  (path: string): string => {
    const through = view.find(({ from }) => path === from || path.startsWith(`${from}${sep}`))
    return through ? through.to + path.slice(through.from.length) : path
  }

/** Gives a private folder to the account of the sandbox; those above it may be walked through, and not looked into. */
export function openToSandbox(folder: string): void {
  for (const above of [dirname(folder), dirname(dirname(folder))]) chmodSync(above, 0o711)
  giveAway(folder)
}
