import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { note, type RunState } from './run/run-state.ts'
import { parseSaved } from './run/saved-json.ts'
import { workspaceFiles } from './run/workspace-files.ts'

/** What the learner has written down about an artefact. A question without an answer fails the case in plain words. */
export interface Answers {
  text: (question: string) => string
  number: (question: string) => number
}

/** Something that a tool has made (a heap snapshot, a profile, a trace), and what the learner read out of it. */
export interface Artefact {
  /** The learner's answers: a file with one JSON object. */
  answers: (path?: string) => Answers
  /** A file as the starter hands it out, whatever has become of the learner's. */
  given: (path: string) => string
}

export function artefact(run: RunState): Artefact {
  const files = workspaceFiles(run)
  return {
    answers: (path = 'answers.json') => {
      if (!files.exists(path)) throw new Error(`There is no file ${path}.`)
      const answers = parsed(path, files.read(path))
      return {
        text: (question) => {
          const answer = answerTo(run, path, answers, question)
          if (typeof answer !== 'string')
            throw new Error(`${path}: the answer "${question}" has to be a text, in quotes.`)
          if (answer.trim() === '') throw unanswered(path, question)
          return answer.trim()
        },
        number: (question) => {
          const answer = answerTo(run, path, answers, question)
          if (typeof answer !== 'number')
            throw new Error(`${path}: the answer "${question}" has to be a number, without quotes and units.`)
          return answer
        },
      }
    },
    given: (path) => {
      const { exerciseFolder, language } = run.context
      const full = join(exerciseFolder, 'starter', language, path)
      if (!existsSync(full)) throw new Error(`the starter has no file ${path}`)
      return readFileSync(full, 'utf8')
    },
  }
}

function parsed(path: string, text: string): Map<string, unknown> {
  let value: unknown
  try {
    value = parseSaved(text)
  } catch (error) {
    throw new Error(`${path} is not JSON: ${(error as Error).message.replace(/ in JSON/, '')}.`, { cause: error })
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Error(`${path} has to hold one JSON object, {…}.`)
  return new Map(Object.entries(value))
}

function answerTo(run: RunState, path: string, answers: ReadonlyMap<string, unknown>, question: string): unknown {
  if (!answers.has(question)) throw new Error(`${path} has no "${question}".`)
  const answer = answers.get(question)
  if (answer === null || answer === undefined) throw unanswered(path, question)
  note(run, 'answer', `${question}: ${JSON.stringify(answer)}`)
  return answer
}

const unanswered = (path: string, question: string): Error => new Error(`${path}: "${question}" is not answered yet.`)
