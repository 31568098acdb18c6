/** How this process was started, in the words of whoever started it; null through npm. */
let launcher: string | null = null

/** Says once, at the start, that it was the launcher at the top level, by the path that was typed. */
export function startedThrough(typed: string | null): void {
  launcher = typed === null || process.platform === 'win32' ? typed : asWord(typed)
}

/** Where keys stand for commands (watch mode): what is said instead of a command, by its words; null elsewhere. */
let keys: Readonly<Record<string, string>> | null = null

/** From here on pages name keys where there is one; null names commands again. */
export function spokenAs(names: Readonly<Record<string, string>> | null): void {
  keys = names
}

/** Whether any command can be typed here; through npm only those of the nearest package.json can. */
export const isThroughLauncher = (): boolean => launcher !== null

type Word = string | number | undefined

/**
 * A command as a person types it to go on from here: `npm run next -- <slug>`, or `./gym next <slug>` where they came
 * through the launcher. Every screen words its commands here. What is kept in files says `npm run`, which works for
 * everybody.
 */
export const commandLine = (name: Word, ...words: readonly Word[]): string =>
  keys?.[[name, ...words].join(' ')] ??
  (launcher === null
    ? ['npm run', name, ...(words.length > 0 ? ['--'] : []), ...words].join(' ')
    : [launcher, name, ...words].join(' '))

/** A path as one word of a shell's command line, so that a line of ours can be copied. */
export const asWord = (path: string): string =>
  /^[\w@%+=:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`
