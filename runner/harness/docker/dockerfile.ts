import type { Variables } from './words.ts'

/** A Dockerfile as plain data: what stands in it, with variables filled in where Docker fills them in. */
export interface Dockerfile {
  /** The ARGs before the first FROM. */
  globals: Instruction[]
  stages: Stage[]
  /** What Docker would refuse before it builds anything, in words with line numbers. */
  problems: string[]
}

export interface Stage {
  index: number
  /** Lower-case; null when FROM gives none. */
  name: string | null
  line: number
  /** What FROM names. */
  base: string
  /** Index of the earlier stage that FROM names; null when it names an image. */
  parent: number | null
  /** null when FROM names a stage. */
  image: ImageName | null
  instructions: Instruction[]
}

export interface ImageName {
  /** With registry and namespace, as it is written. */
  name: string
  tag: string | null
  digest: string | null
}

export interface Instruction {
  /** Upper-case. */
  keyword: string
  line: number
  flags: { name: string; value: string | null }[]
  /** `exec` for a JSON array of texts, `shell` for anything else; null where the instruction has no such forms. */
  form: 'exec' | 'shell' | null
  /** The entries of the JSON array, or the words. HEALTHCHECK: those of its command, or NONE alone. */
  words: string[]
  /** What stands behind keyword and flags, on one line: continuations joined, comments and here-documents left out. */
  text: string
  heredocs: { name: string; content: string }[]
  /** ARG and ENV that hold here, before this instruction. */
  variables: Variables
}

/** What an ENV or LABEL sets; `ENV NAME any text` is its old form. */
export function assignments(env: Instruction, say: (problem: string) => void = () => {}): Record<string, string> {
  const [first = '', ...rest] = env.words
  if (!first.includes('=')) {
    if (rest.length === 0) say(`${env.keyword} wants name=value.`)
    return { [first]: rest.join(' ') }
  }
  const wrong = env.words.find((word) => !word.includes('='))
  if (wrong !== undefined) say(`${env.keyword} wants name=value; "${wrong}" has no =.`)
  return Object.fromEntries(env.words.map(pairOf).map(([name = '', value = '']) => [name, value]))
}

/** `name=value`, or a name alone. */
export function pairOf(word: string): [string, string | undefined] {
  const at = word.indexOf('=')
  return at < 0 ? [word, undefined] : [word.slice(0, at), word.slice(at + 1)]
}
