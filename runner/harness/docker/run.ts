import { absolute, below, isFolder, mountsOf, removeBelow, type Files, type Mount } from './files.ts'
import { shellCommands, type ShellCommand, type Variables } from './words.ts'
import { globExpression } from './dockerignore.ts'
import type { Instruction } from './dockerfile.ts'

/** Names of the packages in package.json. */
export interface Packages {
  dependencies: string[]
  devDependencies: string[]
}

/** One `npm ci`, `npm install` or `npm prune`. */
export interface NpmRun {
  line: number
  command: 'ci' | 'install' | 'prune'
  /** Where it looks for package.json. */
  cwd: string
  /** Packages for development are there afterwards. */
  dev: boolean
  mounts: Mount[]
  /** `--userconfig` or its variable, if given. */
  userconfig: string | null
}

interface Running {
  instruction: Instruction
  files: Map<string, string>
  workdir: string
  packages: Packages
  /** Files of the context (null) or a stage, without a slash in front. */
  sourceOf: (name: string | null) => Files | null
  say: (problem: string) => void
}

interface Shell extends Running {
  cwd: string
  env: Record<string, string>
  npm: NpmRun[]
}

/** Carries out what is known of a RUN; gives what it depends on through mounts, for the cache. */
export function runEffects(running: Running): { inputs: string; npm: NpmRun[] } {
  const mounts = mountsOf(running.instruction)
  const outside = new Map(running.files)
  const inputs = mounts
    .filter((m) => m.type === 'bind')
    .flatMap((mount) => bind(running, mount))
    .sort()
    .join('\n')
  const shell: Shell = { ...running, cwd: running.workdir, env: { ...running.instruction.variables }, npm: [] }
  for (const command of commandsOf(running.instruction)) carryOut(shell, command)
  // What lies in a mount is gone when the command has ended.
  for (const mount of mounts) unmount(running, mount, outside)
  return { inputs, npm: shell.npm }
}

const targetOf = (mount: Mount, workdir: string): string => absolute(mount.options['target'] ?? '.', workdir)

function bind({ files, workdir, sourceOf }: Running, mount: Mount): string[] {
  const source = sourceOf(mount.options['from'] ?? null)
  const target = targetOf(mount, workdir)
  const folder = absolute(mount.options['source'] ?? '/', '/').slice(1)
  return [...(source ?? [])].flatMap(([path, made]) => {
    const inside = folder === '' ? path : below(path, folder)
    if (inside === null) return []
    files.set(inside === '' ? target : `${target === '/' ? '' : target}/${inside}`, made)
    return [`${target}/${inside} ${made}`]
  })
}

function unmount({ files, workdir }: Running, mount: Mount, outside: Files): void {
  if (!['bind', 'cache', 'tmpfs'].includes(mount.type) || mount.options['target'] === undefined) return
  const target = targetOf(mount, workdir)
  removeBelow(files, target)
  for (const [path, made] of outside) if (below(path, target) !== null) files.set(path, made)
}

/** The commands of a RUN: of its text, of its JSON array, or of the here-document that is its script. */
export function commandsOf(instruction: Instruction): ShellCommand[] {
  const { form, words, text, heredocs, variables } = instruction
  if (form === 'exec') return nested({ env: {}, words }, variables)
  const before = text.replaceAll(/<<-?\s*["']?\w+["']?/g, '').trim()
  const isScript = heredocs.length > 0 && (before === '' || /^(\/bin\/|\/usr\/bin\/env )?(ba|da|a)?sh\b/.test(before))
  return shellCommands(isScript ? heredocs.map((h) => h.content).join('\n') : before, variables).flatMap((c) =>
    nested(c, variables),
  )
}

/** `sh -c "…"` is the commands in its text. */
function nested(command: ShellCommand, variables: Variables): ShellCommand[] {
  const [program = '', ...rest] = command.words
  const at = rest.findIndex((w) => /^-\w*c$/.test(w))
  return /^(\/bin\/)?(ba|da|a)?sh$/.test(program) && at >= 0 ? shellCommands(rest[at + 1] ?? '', variables) : [command]
}

function carryOut(shell: Shell, { env, words }: ShellCommand): void {
  const [program = '', ...rest] = words
  if (words.length === 0) Object.assign(shell.env, env)
  else if (program === 'export')
    for (const word of rest.filter((w) => w.includes('=')))
      shell.env[word.slice(0, word.indexOf('='))] = word.slice(word.indexOf('=') + 1)
  else if (program === 'cd') shell.cwd = absolute(rest[0] ?? '/root', shell.cwd)
  else if (program === 'npm') npm(shell, rest, { ...shell.env, ...env })
  else if (isCompiler(words)) compile(shell, words.join(' '))
  else if (program === 'rm') for (const path of operands(rest)) removeMatching(shell, path)
  else if (program === 'mv' || program === 'cp') move(shell, operands(rest), program === 'mv')
}

const isCompiler = (words: string[]): boolean =>
  words.some(
    (word, i) =>
      /(^|\/)tsc$/.test(word) && words.slice(0, i).every((w) => w === 'npx' || w.startsWith('-') || w === 'node'),
  )

const operands = (words: string[]): string[] => words.filter((w) => !w.startsWith('-'))

/** Short names that npm knows. */
const npmCommands: Readonly<Record<string, 'ci' | 'install' | 'prune' | 'run'>> = {
  ci: 'ci',
  'clean-install': 'ci',
  ic: 'ci',
  'install-clean': 'ci',
  install: 'install',
  i: 'install',
  in: 'install',
  add: 'install',
  prune: 'prune',
  run: 'run',
  'run-script': 'run',
  rum: 'run',
  exec: 'run',
  x: 'run',
}

function npm(shell: Shell, args: string[], env: Record<string, string>): void {
  const options = optionsOf(args)
  const [name = '', ...operand] = options.operands
  const command = npmCommands[name]
  const cwd = absolute(options.last(['prefix', 'C']) ?? '.', shell.cwd)
  if (command === undefined || args.includes('-g') || args.includes('--global')) return
  if (command === 'run') {
    if (operand.includes('build') || operand.includes('tsc')) compile({ ...shell, cwd }, `npm ${args.join(' ')}`)
    return
  }
  const dev = !omitsDev(options, env)
  const userconfig =
    options.last(['userconfig']) ?? env['NPM_CONFIG_USERCONFIG'] ?? env['npm_config_userconfig'] ?? null
  shell.npm.push({ line: shell.instruction.line, command, cwd, dev, mounts: mountsOf(shell.instruction), userconfig })
  if (command === 'prune') prune(shell, cwd, dev)
  else install(shell, cwd, command, dev)
}

interface Options {
  operands: string[]
  /** The last value given for one of these names; `true` without a value. */
  last: (names: string[]) => string | undefined
  all: (names: string[]) => string[]
}

const withValue = new Set([
  'omit',
  'include',
  'only',
  'also',
  'prefix',
  'C',
  'userconfig',
  'registry',
  'cache',
  'loglevel',
  'w',
  'workspace',
])

function optionsOf(args: string[]): Options {
  const given: [string, string][] = []
  const operandsFound: string[] = []
  for (let i = 0; i < args.length; i++) {
    const word = args[i] ?? ''
    const match = /^--?([A-Za-z][\w-]*)(?:=(.*))?$/.exec(word)
    if (!match) operandsFound.push(word)
    else given.push([match[1] ?? '', match[2] ?? (withValue.has(match[1] ?? '') ? (args[++i] ?? '') : 'true')])
  }
  const all = (names: string[]): string[] => given.filter(([name]) => names.includes(name)).map(([, value]) => value)
  return { operands: operandsFound, all, last: (names) => all(names).at(-1) }
}

function omitsDev(options: Options, env: Record<string, string>): boolean {
  const listed = (names: string[], variable: string): string =>
    [...options.all(names), env[`NPM_CONFIG_${variable.toUpperCase()}`], env[`npm_config_${variable}`]].join(' ')
  if (/\bdev\b/.test(listed(['include', 'also'], 'include'))) return false
  if (/\bdev\b/.test(listed(['omit'], 'omit'))) return true
  const production =
    options.last(['production', 'prod']) ?? env['NPM_CONFIG_PRODUCTION'] ?? env['npm_config_production']
  if (production !== undefined) return production === 'true' || production === ''
  return (options.last(['only']) ?? '').startsWith('prod') || env['NODE_ENV'] === 'production'
}

function install({ files, packages, say }: Shell, cwd: string, command: 'ci' | 'install', dev: boolean): void {
  const manifest = files.get(absolute('package.json', cwd))
  const lock = files.get(absolute('package-lock.json', cwd)) ?? files.get(absolute('npm-shrinkwrap.json', cwd))
  if (manifest === undefined) return say(`npm ${command} finds no package.json in ${cwd}.`)
  if (command === 'ci' && lock === undefined) return say(`npm ci finds no package-lock.json in ${cwd}.`)
  const folder = absolute('node_modules', cwd)
  if (command === 'ci') removeBelow(files, folder)
  for (const name of [...packages.dependencies, ...(dev ? packages.devDependencies : [])]) {
    files.set(`${folder}/${name}/package.json`, `package:${name} ${manifest} ${lock ?? ''}`)
  }
}

function prune({ files, packages, say }: Shell, cwd: string, dev: boolean): void {
  if (!files.has(absolute('package.json', cwd))) return say(`npm prune finds no package.json in ${cwd}.`)
  if (!dev) for (const name of packages.devDependencies) removeBelow(files, absolute(`node_modules/${name}`, cwd))
}

/** tsc turns src/ into dist/ where it finds its settings, its sources and itself. */
function compile({ files, cwd, say }: Shell, command: string): void {
  const folders = cwd.split('/').map((_, i, parts) => parts.slice(0, i + 1).join('/') || '/')
  const missing = ['package.json', 'tsconfig.json'].find((name) => !files.has(absolute(name, cwd)))
  if (missing !== undefined) return say(`"${command}" finds no ${missing} in ${cwd}.`)
  if (!folders.some((folder) => files.has(absolute('node_modules/typescript/package.json', folder))))
    return say(`"${command}" finds no typescript in ${absolute('node_modules', cwd)}.`)
  const sources = [...files].filter(([path]) => below(path, absolute('src', cwd)) !== null && path.endsWith('.ts'))
  if (sources.length === 0) return say(`"${command}" finds no sources in ${absolute('src', cwd)}.`)
  const made = sources
    .map(([path, value]) => `${path} ${value}`)
    .sort()
    .join('|')
  for (const [path] of sources)
    files.set(
      path.replace(absolute('src', cwd), absolute('dist', cwd)).replace(/\.ts$/, '.js'),
      `built:${path} of ${made} with ${files.get(absolute('tsconfig.json', cwd))}`,
    )
}

function removeMatching({ files, cwd }: Shell, word: string): void {
  const expression = globExpression(absolute(word, cwd))
  for (const path of files.keys()) {
    const places = path.split('/').map((_, i, parts) => parts.slice(0, i + 1).join('/'))
    if (places.some((place) => place !== '' && expression?.test(place))) files.delete(path)
  }
}

function move({ files, cwd }: Shell, words: string[], removes: boolean): void {
  const target = absolute(words.at(-1) ?? '.', cwd)
  const intoFolder = words.length > 2 || isFolder(files, target) || (words.at(-1) ?? '').endsWith('/')
  for (const word of words.slice(0, -1)) {
    const source = absolute(word, cwd)
    const name = intoFolder && !/(^|\/)\.$/.test(word) ? `/${source.split('/').at(-1)}` : ''
    for (const [path, made] of [...files]) {
      const inside = below(path, source)
      if (inside === null) continue
      if (removes) files.delete(path)
      files.set(absolute(`.${name}/${inside}`, target), made)
    }
  }
}
