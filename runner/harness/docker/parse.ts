import { createRequire } from 'node:module'
import type * as DockerfileAst from 'dockerfile-ast'
import type { Instruction as Parsed, ModifiableInstruction } from 'dockerfile-ast'
import { expand, splitWords, type Variables } from './words.ts'
import { assignments, pairOf, type Dockerfile, type ImageName, type Instruction, type Stage } from './dockerfile.ts'

const keywords = new Set([
  'ADD',
  'ARG',
  'CMD',
  'COPY',
  'ENTRYPOINT',
  'ENV',
  'EXPOSE',
  'FROM',
  'HEALTHCHECK',
  'LABEL',
  'MAINTAINER',
  'ONBUILD',
  'RUN',
  'SHELL',
  'STOPSIGNAL',
  'USER',
  'VOLUME',
  'WORKDIR',
])
const withForms = new Set(['ADD', 'CMD', 'COPY', 'ENTRYPOINT', 'HEALTHCHECK', 'RUN', 'SHELL', 'VOLUME'])
/** Docker fills in variables here; in RUN, CMD and ENTRYPOINT it is the shell that does, when they run. */
const expanded = new Set(['ADD', 'COPY', 'ENV', 'EXPOSE', 'FROM', 'LABEL', 'STOPSIGNAL', 'USER', 'VOLUME', 'WORKDIR'])

export function parseDockerfile(text: string): Dockerfile {
  const source = text.replace(/^\uFEFF/, '').replaceAll('\r\n', '\n')
  const parsed = parser().parse(source)
  const reading: Reading = {
    escape: parsed.getEscapeCharacter(),
    lines: source.split('\n'),
    globals: {},
    globalArgs: [],
    variables: {},
    arguments: {},
    stages: [],
    problems: [],
  }
  for (const instruction of parsed.getInstructions()) readInstruction(reading, instruction)
  if (reading.stages.length === 0) reading.problems.push('It has no FROM.')
  return {
    globals: reading.globalArgs,
    stages: reading.stages.map(({ ends: _, ...stage }) => stage),
    problems: reading.problems,
  }
}

/** Loaded at first use: few suites read Dockerfiles, and every one loads the harness. */
const parser = (): typeof DockerfileAst.DockerfileParser =>
  (createRequire(import.meta.filename)('dockerfile-ast') as typeof DockerfileAst).DockerfileParser

interface Reading {
  escape: string
  lines: string[]
  /** ARGs before the first FROM; they hold in FROM lines, and in a stage that declares them again. */
  globals: Record<string, string>
  globalArgs: Instruction[]
  variables: Record<string, string>
  /** ARGs of the stage; an ENV of the same name wins over them. */
  arguments: Record<string, string>
  stages: (Stage & { ends: Pick<Reading, 'variables' | 'arguments'> })[]
  problems: string[]
}

function readInstruction(reading: Reading, parsed: Parsed): void {
  const keyword = parsed.getKeyword()
  const line = parsed.getRange().start.line + 1
  const say = (problem: string): void => void reading.problems.push(`Line ${line}: ${problem}`)
  if (!keywords.has(keyword)) return say(`there is no instruction ${keyword}.`)
  const stage = reading.stages.at(-1)
  if (!stage && keyword !== 'FROM' && keyword !== 'ARG') return say(`${keyword} stands before the first FROM.`)
  const instruction = instructionOf(reading, parsed, keyword, line, say)
  if (keyword === 'FROM') return startStage(reading, instruction, say)
  if (keyword === 'ARG') declare(reading, instruction, stage === undefined)
  if (keyword === 'ENV') setVariables(reading, instruction, say)
  ;(stage?.instructions ?? reading.globalArgs).push(instruction)
}

function instructionOf(
  reading: Reading,
  parsed: Parsed,
  keyword: string,
  line: number,
  say: (problem: string) => void,
): Instruction {
  const flags = 'getFlags' in parsed ? (parsed as ModifiableInstruction).getFlags() : []
  const variables: Variables = keyword === 'FROM' ? reading.globals : { ...reading.arguments, ...reading.variables }
  const fill = (word: string): string => expand(word, variables, reading.escape)
  const text = oneLine(parsed.getRawArgumentsContent() ?? '', reading.escape)
  const { form, words } = formOf(keyword, text, reading.escape, say)
  return {
    keyword,
    line,
    flags: flags.map((f) => ({ name: f.getName(), value: f.getValue() === null ? null : fill(f.getValue() ?? '') })),
    form,
    words: expanded.has(keyword) ? words.map(fill) : words,
    text,
    heredocs: heredocsOf(parsed, reading.lines),
    variables,
  }
}

/** Joins continued lines; comments and empty lines between them do not count, and a here-document follows after. */
function oneLine(raw: string, escape: string): string {
  const continued = escape === '`' ? /`[ \t]*$/ : /\\[ \t]*$/
  let joined = ''
  for (const [i, line] of raw.split('\n').entries()) {
    if (i > 0 && (/^\s*#/.test(line) || line.trim() === '')) continue
    joined += line.replace(continued, '')
    if (!continued.test(line)) break
  }
  return joined.trim()
}

function formOf(
  keyword: string,
  text: string,
  escape: string,
  say: (problem: string) => void,
): Pick<Instruction, 'form' | 'words'> {
  if (!withForms.has(keyword))
    return {
      form: null,
      words: ['ENV', 'LABEL', 'ARG'].includes(keyword) ? splitWords(text, escape) : text.split(/\s+/).filter(Boolean),
    }
  if (keyword === 'HEALTHCHECK') {
    const [type = '', ...rest] = text.split(/\s+/)
    if (type.toUpperCase() === 'NONE') return { form: null, words: ['NONE'] }
    if (type.toUpperCase() !== 'CMD' || rest.length === 0) say('HEALTHCHECK wants CMD and a command, or NONE.')
    return arrayOrWords(text.slice(type.length).trim(), say)
  }
  return arrayOrWords(text, say)
}

function arrayOrWords(text: string, say: (problem: string) => void): Pick<Instruction, 'form' | 'words'> {
  const words = text.split(/\s+/).filter(Boolean)
  if (!text.startsWith('[')) return { form: 'shell', words }
  const value = jsonOf(text)
  if (!Array.isArray(value)) return { form: 'shell', words }
  if (value.some((entry) => typeof entry !== 'string')) say('a JSON array may hold texts only.')
  return { form: 'exec', words: value.map(String) }
}

/**
 * Docker takes anything that is not valid JSON for the shell form: single quotes, a comma too many, a comment behind.
 */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

/** Instruction.getHeredocs is not public, but it is what tells them from other text. */
function heredocsOf(parsed: Parsed, lines: string[]): Instruction['heredocs'] {
  const found =
    (parsed as unknown as { getHeredocs?: () => ReturnType<ModifiableHeredocs['getHeredocs']> }).getHeredocs?.() ?? []
  return found.map((heredoc) => {
    const range = heredoc.getContentRange()
    return {
      name: heredoc.getName(),
      content: range === null ? '' : `${lines.slice(range.start.line, range.end.line + 1).join('\n')}\n`,
    }
  })
}

interface ModifiableHeredocs {
  getHeredocs: () => {
    getName: () => string
    getContentRange: () => { start: { line: number }; end: { line: number } } | null
  }[]
}

function startStage(reading: Reading, from: Instruction, say: (problem: string) => void): void {
  const [base = '', as, name] = from.words
  if (from.words.length !== 1 && (from.words.length !== 3 || as?.toUpperCase() !== 'AS'))
    say('FROM wants an image, or an image, AS and a name.')
  const index = reading.stages.length
  const parent = reading.stages.findLast((s) => s.name === base.toLowerCase())
  const image = parent ? null : imageName(base)
  if (image && (image.name === '' || image.tag === ''))
    say(`FROM ${from.text} names no image; a variable in it has no value.`)
  reading.variables = { ...parent?.ends.variables }
  reading.arguments = { ...parent?.ends.arguments }
  const ends = { variables: reading.variables, arguments: reading.arguments }
  reading.stages.push({
    index,
    name: name?.toLowerCase() ?? null,
    line: from.line,
    base,
    parent: parent?.index ?? null,
    image,
    instructions: [from],
    ends,
  })
}

function imageName(text: string): ImageName {
  const [rest = '', digest = null] = text.split('@')
  const colon = rest.indexOf(':', rest.lastIndexOf('/') + 1)
  return { name: colon < 0 ? rest : rest.slice(0, colon), tag: colon < 0 ? null : rest.slice(colon + 1), digest }
}

function declare(reading: Reading, arg: Instruction, isGlobal: boolean): void {
  for (const word of arg.words) {
    const [name = '', value] = pairOf(word)
    const given =
      value === undefined ? undefined : expand(value, isGlobal ? reading.globals : arg.variables, reading.escape)
    const known = isGlobal ? given : (given ?? reading.globals[name])
    if (known !== undefined) (isGlobal ? reading.globals : reading.arguments)[name] = known
  }
}

function setVariables(reading: Reading, env: Instruction, say: (problem: string) => void): void {
  for (const [name, value] of Object.entries(assignments(env, say))) reading.variables[name] = value
}
