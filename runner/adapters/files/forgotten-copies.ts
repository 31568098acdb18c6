import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { asRoot } from '../process/account.ts'
import { runCommand } from '../process/run-command.ts'
import { temporaryFolder } from './for-others.ts'
import { removeTree } from './late-packages.ts'

const dayMs = 24 * 60 * 60 * 1000

/**
 * Removes the copies of programs (`forOthers`) that were made more than a day ago and that nobody runs, whole ones and
 * those that a killed runner did not finish. They are made again where they are needed, which takes a second.
 */
export async function removeForgottenCopies(folder = temporaryFolder(), now = Date.now()): Promise<void> {
  if (!asRoot()) return
  const old = readdirSync(folder).filter((name) => /^gym-(copy|postgres)-/.test(name) && isOld(join(folder, name), now))
  if (old.length === 0) return
  const { code, stdout } = await runCommand(['ps', '-A', '-o', 'args='], { maxOutput: 64 * 1024 * 1024 })
  if (code !== 0) return
  for (const name of old) if (!stdout.includes(join(folder, name))) removeTree(join(folder, name))
}

/** Of ours: the temporary folder is everybody's. */
function isOld(path: string, now: number): boolean {
  const stat = statSync(path, { throwIfNoEntry: false })
  return stat?.uid === process.getuid?.() && stat !== undefined && now - stat.ctimeMs > dayMs
}
