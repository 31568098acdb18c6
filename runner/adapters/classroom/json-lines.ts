import {
  closeSync,
  existsSync,
  fstatSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  writeSync,
} from 'node:fs'
import { basename, dirname } from 'node:path'
import * as v from 'valibot'
import { RunnerError } from '../../errors/runner-error.ts'
import { writeProblem } from '../files/writing.ts'

export interface ReadLines<T> {
  values: T[]
  /** Lines that broke off because the machine stopped in the middle of an append; they are left out. */
  torn: number
}

/**
 * Reads a file of one JSON object a line. What is no JSON is a torn append, passed over and counted. JSON that does not
 * fit is an error: leaving out a mark in silence would be worse than stopping.
 */
export function readLines<S extends v.GenericSchema>(file: string, schema: S): ReadLines<v.InferOutput<S>> {
  if (!existsSync(file)) return { values: [], torn: 0 }
  const lines = readFileSync(file, 'utf8')
    .split('\n')
    .map((text, i) => ({ text, at: i + 1 }))
    .filter(({ text }) => text.trim() !== '')
  const read = lines.map(({ text, at }) => ({ at, json: parsed(text) }))
  const whole = read.filter((line) => line.json !== undefined)
  return {
    values: whole.map(({ at, json }) => decoded(file, `line ${at} of ${basename(file)}`, json, schema)),
    torn: read.length - whole.length,
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Reads a file that holds one JSON value; null where there is no file. */
export function readJsonFile<S extends v.GenericSchema>(file: string, schema: S): v.InferOutput<S> | null {
  if (!existsSync(file)) return null
  const json = parsed(readFileSync(file, 'utf8'))
  if (json === undefined)
    throw new RunnerError('class-folder', { path: dirname(file), reason: `${basename(file)} is not JSON` })
  return decoded(file, basename(file), json, schema)
}

function decoded<S extends v.GenericSchema>(file: string, what: string, json: unknown, schema: S): v.InferOutput<S> {
  const read = v.safeParse(schema, json)
  if (read.success) return read.output
  const [issue] = read.issues
  const at = v.getDotPath(issue)
  throw new RunnerError('class-folder', {
    path: dirname(file),
    reason: `${what} does not fit${at === null ? '' : ` at "${at}"`}: ${issue.message}`,
  })
}

/**
 * Appends values, each as one line, in one write that is on the disk when this returns; a torn last line is ended
 * first.
 */
export function appendLines(file: string, values: readonly unknown[]): void {
  try {
    mkdirSync(dirname(file), { recursive: true })
    const handle = openSync(file, 'a+')
    try {
      writeSync(
        handle,
        `${endsTorn(handle) ? '\n' : ''}${values.map((value) => `${JSON.stringify(value)}\n`).join('')}`,
      )
      fsyncSync(handle)
    } finally {
      closeSync(handle)
    }
  } catch (error) {
    throw writeProblem(file, error)
  }
}

function endsTorn(handle: number): boolean {
  const { size } = fstatSync(handle)
  const last = Buffer.alloc(1)
  return size > 0 && readSync(handle, last, 0, 1, size - 1) === 1 && last.toString('latin1') !== '\n'
}
