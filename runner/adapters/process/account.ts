import { chownSync } from 'node:fs'

/** An account that owns nothing: "nobody" on Linux. Servers refuse to run as root, and no submission may. */
export const nobody = 65534
export const asRoot = (): boolean => process.getuid?.() === 0

/** Options for starting a program that must not be root. They are empty when we are not root ourselves. */
export const identity = (): { uid?: number; gid?: number } => (asRoot() ? { uid: nobody, gid: nobody } : {})

/** Makes a file or folder that account's, where programs are started as it. */
export function giveAway(path: string): void {
  if (asRoot()) chownSync(path, nobody, nobody)
}
