import { copyFiles } from './copy.ts'
import { absolute, type Files } from './files.ts'
import { runEffects, type NpmRun, type Packages } from './run.ts'
import { assignments, type Dockerfile, type Instruction, type Stage } from './dockerfile.ts'
import { sha256 } from '../run/sha256.ts'

/**
 * A build of a Dockerfile, followed without Docker: which files each stage and each layer holds, what Docker would take
 * from its cache, and with what the image starts. COPY, ADD, WORKDIR, USER, ENV, ARG, mounts and stages are followed as
 * Docker documents them; of RUN those commands that run.ts knows. No content is computed: a file's value says
 * what it was made of, so that equal values mean equal files.
 */
export interface Build {
  /** By index; null for stages that the final one does not need. */
  stages: (BuiltStage | null)[]
  final: BuiltStage
  /** Instructions of the stages that are needed, in the order in which they are built. */
  steps: Step[]
  /** What would make the build fail, in words with line numbers. */
  problems: string[]
}

export interface Step {
  stage: number
  instruction: Instruction
  /** Equal keys in two builds: Docker takes the step from its cache. */
  key: string
  npm: NpmRun[]
}

export interface BuiltStage {
  index: number
  /** Instructions of this stage and, before them, of the stages it builds upon. */
  instructions: Instruction[]
  /** What a container sees: absolute path → what the file is made of. */
  files: Files
  /** What is stored and pushed: a file that a later layer removes is still in its own. */
  layers: Layer[]
  workdir: string
  user: string | null
  entrypoint: Command | null
  cmd: Command | null
  /** `none` for HEALTHCHECK NONE, null when there is no such instruction. */
  healthcheck: Command | 'none' | null
}

export interface Layer {
  instruction: Instruction
  added: Files
}

export interface Command {
  form: 'exec' | 'shell'
  /** JSON entries, or what the shell is told. */
  words: string[]
  line: number
}

export interface BuildInput {
  dockerfile: Dockerfile
  /** Files that Docker is sent: path in the context → what it is made of. */
  context: Files
  packages: Packages
}

export function followBuild(input: BuildInput): Build {
  const building: Building = { ...input, stages: input.dockerfile.stages.map(() => null), steps: [], problems: [] }
  const last = input.dockerfile.stages.at(-1)
  if (!last) throw new Error('The Dockerfile has no stage.')
  const final = buildStage(building, last)
  return { stages: building.stages, final, steps: building.steps, problems: building.problems }
}

interface Building extends BuildInput {
  stages: (BuiltStage | null)[]
  steps: Step[]
  problems: string[]
}

interface State extends BuiltStage {
  files: Map<string, string>
  key: string
  /** CMD was set in this very stage. */
  ownCmd: boolean
}

function buildStage(building: Building, stage: Stage): BuiltStage {
  const built = building.stages[stage.index]
  if (built) return built
  const state = startOf(building, stage)
  for (const instruction of stage.instructions) carryOut(building, stage, state, instruction)
  building.stages[stage.index] = state
  return state
}

function startOf(building: Building, stage: Stage): State {
  const parent =
    stage.parent === null ? null : (buildStage(building, building.dockerfile.stages[stage.parent] as Stage) as State)
  if (parent)
    return {
      ...parent,
      index: stage.index,
      files: new Map(parent.files),
      layers: [...parent.layers],
      instructions: [...parent.instructions],
      ownCmd: false,
    }
  return {
    index: stage.index,
    instructions: [],
    files: new Map(),
    layers: [],
    workdir: '/',
    user: null,
    entrypoint: null,
    cmd: null,
    healthcheck: null,
    key: '',
    ownCmd: false,
  }
}

function carryOut(building: Building, stage: Stage, state: State, instruction: Instruction): void {
  const before = new Map(state.files)
  const say = (problem: string): void => void building.problems.push(`Line ${instruction.line}: ${problem}`)
  const sources = sourcesOf(building, stage, instruction, say)
  let inputs = ''
  let npm: NpmRun[] = []
  if (instruction.keyword === 'COPY' || instruction.keyword === 'ADD')
    inputs = copyFiles({ instruction, from: sources.from, to: state.files, workdir: state.workdir, say })
  if (instruction.keyword === 'RUN')
    ({ inputs, npm } = runEffects({
      instruction,
      files: state.files,
      workdir: state.workdir,
      packages: building.packages,
      sourceOf: sources.byName,
      say,
    }))
  applySettings(state, instruction)
  state.instructions.push(instruction)
  // Values of ARG and ENV are part of a RUN's key, as they are of its environment.
  const values = instruction.keyword === 'RUN' ? JSON.stringify(instruction.variables) : instruction.words.join(' ')
  state.key = hash(
    state.key,
    instruction.keyword,
    instruction.text,
    JSON.stringify(instruction.flags),
    JSON.stringify(instruction.heredocs),
    values,
    inputs,
  )
  building.steps.push({ stage: stage.index, instruction, key: state.key, npm })
  const added = new Map([...state.files].filter(([path, made]) => before.get(path) !== made))
  if (added.size > 0) state.layers.push({ instruction, added })
}

/** Any other name that is one word is a stage misspelt, and Docker would look for an image of that name in vain. */
const knownImages = new Set([
  'alpine',
  'busybox',
  'caddy',
  'composer',
  'debian',
  'docker',
  'golang',
  'nginx',
  'node',
  'python',
  'scratch',
  'traefik',
  'ubuntu',
])

/** Where COPY and mounts take from: the context, an earlier stage by name or number, or an image that is not known. */
function sourcesOf(building: Building, stage: Stage, instruction: Instruction, say: (problem: string) => void) {
  const byName = (name: string | null): Files | null => {
    if (name === null) return building.context
    const found = building.dockerfile.stages.findLast(
      (s) => s.index < stage.index && (s.name === name.toLowerCase() || String(s.index) === name),
    )
    if (found) return new Map([...buildStage(building, found).files].map(([path, made]) => [path.slice(1), made]))
    if (/^[\w-]+$/.test(name) && !knownImages.has(name)) say(`there is no earlier stage ${name}.`)
    return null
  }
  const flag = instruction.keyword === 'COPY' ? instruction.flags.find((f) => f.name === 'from') : undefined
  return { byName, from: instruction.keyword === 'RUN' ? null : byName(flag?.value ?? null) }
}

function applySettings(state: State, instruction: Instruction): void {
  const { keyword, words, text, line } = instruction
  const command = (): Command => ({
    form: instruction.form ?? 'shell',
    words: instruction.form === 'exec' ? words : [commandText(text, keyword)],
    line,
  })
  if (keyword === 'WORKDIR') state.workdir = absolute(words.join(' '), state.workdir)
  if (keyword === 'USER') state.user = words.join(' ')
  if (keyword === 'CMD') Object.assign(state, { cmd: command(), ownCmd: true })
  if (keyword === 'HEALTHCHECK')
    state.healthcheck = words[0] === 'NONE' && instruction.form === null ? 'none' : command()
  if (keyword === 'ENTRYPOINT') {
    state.entrypoint = command()
    // A CMD that comes from below was meant for another program.
    if (!state.ownCmd) state.cmd = null
  }
}

const commandText = (text: string, keyword: string): string =>
  keyword === 'HEALTHCHECK' ? text.replace(/^\S+\s+/, '') : text

const hash = (...parts: string[]): string => sha256(JSON.stringify(parts)).toString('hex')

/** What the image starts when nobody says otherwise; the shell form puts a shell first. */
export function startCommand(stage: BuiltStage, imageEntrypoint: readonly string[] = []): string[] {
  const asWords = (command: Command): string[] =>
    command.form === 'exec' ? command.words : ['/bin/sh', '-c', ...command.words]
  const cmd = stage.cmd === null ? [] : asWords(stage.cmd)
  if (stage.entrypoint?.form === 'shell') return asWords(stage.entrypoint)
  return [...(stage.entrypoint?.words ?? imageEntrypoint), ...cmd]
}

/** Everything that ENV, ARG and LABEL write into the image or its history, as name and value. */
export function settingsIn(
  instructions: readonly Instruction[],
): { instruction: Instruction; name: string; value: string }[] {
  return instructions.flatMap((instruction) => {
    if (instruction.keyword === 'ARG')
      return instruction.words.map((word) => ({
        instruction,
        name: word.split('=')[0] ?? '',
        value: word.includes('=') ? word.slice(word.indexOf('=') + 1) : '',
      }))
    if (instruction.keyword !== 'ENV' && instruction.keyword !== 'LABEL') return []
    return Object.entries(assignments(instruction)).map(([name, value]) => ({ instruction, name, value }))
  })
}
