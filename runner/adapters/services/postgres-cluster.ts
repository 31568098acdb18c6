import { randomBytes } from 'node:crypto'
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { RunnerError } from '../../errors/runner-error.ts'
import { moveUnlessThere } from '../files/beside.ts'
import { walk } from '../files/walk.ts'
import { asRoot, giveAway } from '../process/account.ts'
import { runCommand } from '../process/run-command.ts'
import { packageVersion } from './embedded-postgres.ts'

/** Where a server's data lies, and as whom it runs. */
export interface Cluster {
  native: string
  folder: string
  env: Record<string, string>
  identity: { uid?: number; gid?: number }
}

export const firstAdmin = 'gym'

/**
 * Puts an empty cluster into `<folder>/data`; returns the administrator's first password.
 * initdb takes 1.5 s: with a cache it runs once, and then its result is copied.
 */
export async function layCluster(cluster: Cluster, cache: string | undefined): Promise<string> {
  const kept = cache === undefined ? null : join(cache, 'postgres', `cluster-${versionOf(cluster.native)}`)
  if (kept !== null && existsSync(kept)) return copyCluster(kept, cluster)
  const password = await makeCluster(cluster)
  if (kept !== null) keepCluster(cluster.folder, password, kept)
  return password
}

/** A copy of the binaries carries the version in its name. */
const versionOf = (native: string): string =>
  existsSync(join(native, '..', 'package.json'))
    ? packageVersion(native)
    : basename(native).replace('gym-postgres-', '')

async function makeCluster({ native, folder, env, identity }: Cluster): Promise<string> {
  const passwordFile = join(folder, 'password')
  const password = randomBytes(18).toString('hex')
  writeFileSync(passwordFile, password, { mode: 0o600 })
  giveAway(passwordFile)
  // The built-in locale sorts and folds letters alike on every system.
  const locale = ['--encoding=UTF8', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C']
  const args = [
    '-D',
    join(folder, 'data'),
    '-U',
    firstAdmin,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--no-sync',
    '--no-instructions',
    ...locale,
  ]
  const result = await runCommand([join(native, 'bin', 'initdb'), ...args], {
    cwd: folder,
    env,
    onlyThisEnv: true,
    account: identity,
    timeoutMs: 120_000,
  })
  rmSync(passwordFile, { force: true })
  if (result.code === 0) return password
  throw new RunnerError('service-failed', {
    service: 'postgres',
    reason: lastLine(result.stderr || result.shortMessage),
  })
}

const lastLine = (text: string): string => text.trim().split('\n').at(-1)?.slice(0, 200) ?? ''

/**
 * Written beside and renamed: another runner never reads half a cluster. A cache that cannot be written is no fault.
 */
function keepCluster(folder: string, password: string, kept: string): void {
  try {
    mkdirSync(join(kept, '..'), { recursive: true })
    const fresh = mkdtempSync(`${kept}-`)
    cpSync(join(folder, 'data'), join(fresh, 'data'), { recursive: true })
    writeFileSync(join(fresh, 'password'), password, { mode: 0o600 })
    moveUnlessThere(fresh, kept)
  } catch {
    // The next start makes it again.
  }
}

function copyCluster(kept: string, { folder }: Cluster): string {
  const data = join(folder, 'data')
  cpSync(join(kept, 'data'), data, { recursive: true })
  giveAllAway(data)
  chmodSync(data, 0o700)
  return readFileSync(join(kept, 'password'), 'utf8')
}

function giveAllAway(folder: string): void {
  if (!asRoot()) return
  giveAway(folder)
  for (const { full } of walk(folder)) giveAway(full)
}
