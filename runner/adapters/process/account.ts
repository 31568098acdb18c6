import { chownSync } from 'node:fs'

/** An account that owns nothing: "nobody" on Linux. Servers refuse to run as root, and no submission may. */
export const nobody = 65534
export const asRoot = (): boolean => process.getuid?.() === 0

/** As whom programs are started that must not be root; nothing for anybody else, who stays who they are. */
export const identity = (): { uid?: number; gid?: number } => (asRoot() ? { uid: nobody, gid: nobody } : {})

/** Makes a file or folder that account's, where programs are started as it. */
export function giveAway(path: string): void {
  if (asRoot()) chownSync(path, nobody, nobody)
}
