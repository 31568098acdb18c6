import {
  expect,
  settingsIn,
  shellCommands,
  startCommand,
  test,
  type Build,
  type BuiltStage,
  type Docker,
  type DockerProject,
  type Instruction,
} from '#harness'

/** What stands beside the Dockerfile on a developer's machine, and not in the workspace. */
const onLaptops = [
  '.git/HEAD',
  '.git/config',
  '.git/objects/4b/825dc642cb6eb9a060e54bf8d69288fbee4904',
  'node_modules/express/package.json',
  'node_modules/typescript/package.json',
]

/** Values of .env and .npmrc. */
const secretValues = ['winter-stairs-42', 'cobalt-heron-20931']
const secretName = /(TOKEN|PASSWORD|SECRET|CREDENTIALS|API_KEY)$/i
const secretFile = /^\.(env|npmrc)$/

const devPackages = /\/node_modules\/(typescript|@types\/[^/]+)\/package\.json$/

const open = (docker: Docker): Promise<DockerProject> => docker.project('api', onLaptops)

const basename = (path: string): string => path.split('/').at(-1) ?? path
const folderOf = (path: string): string => path.split('/').slice(0, -1).join('/')

function join(folder: string, path: string): string {
  const parts: string[] = []
  for (const part of `${path.startsWith('/') ? '' : folder}/${path}`.split('/'))
    if (part === '..') parts.pop()
    else if (part !== '' && part !== '.') parts.push(part)
  return `/${parts.join('/')}`
}
const lineOf = ({ line, keyword, text }: Instruction): string => `line ${line}: ${keyword} ${text}`.slice(0, 100)

/** The image below all stages of the final one. */
function baseImage({ dockerfile }: DockerProject, final: BuiltStage): { name: string; tag: string } {
  let stage = dockerfile.stages[final.index]
  while (stage && stage.parent !== null) stage = dockerfile.stages[stage.parent]
  return { name: stage?.image?.name ?? '', tag: stage?.image?.tag ?? '' }
}

const isDistroless = (image: { name: string }): boolean => image.name.includes('distroless')

/** npm ci and npm install, of every stage that the image needs, each with the stage's instructions before it. */
const installs = (build: Build) =>
  build.steps.flatMap((step) =>
    step.npm
      .filter((run) => run.command !== 'prune')
      .map((run) => ({
        ...run,
        key: step.key,
        instruction: step.instruction,
        before: before(build, step.stage, step.instruction),
      })),
  )

function before(build: Build, stage: number, instruction: Instruction): Instruction[] {
  const all = build.stages[stage]?.instructions ?? []
  return all.slice(0, all.indexOf(instruction))
}

const lastOf = (instructions: readonly Instruction[], keyword: string): Instruction | undefined =>
  instructions.findLast((i) => i.keyword === keyword)

const workdirAfter = (instructions: readonly Instruction[]): string =>
  instructions.filter((i) => i.keyword === 'WORKDIR').reduce((folder, i) => join(folder, i.words.join(' ')), '/')

/** What a RUN hands to a shell: its text, its here-documents, the script of `sh -c`. */
function commandsIn({ form, words, text, heredocs, variables }: Instruction): string[][] {
  const script = form === 'exec' ? (isShell(words[0]) ? (words.at(-1) ?? '') : words.join(' ')) : text
  return shellCommands([script, ...heredocs.map((h) => h.content)].join('\n'), variables).map((c) => c.words)
}

const isShell = (program = ''): boolean => /^(ba|da|a)?sh$/.test(basename(program))

/** RUN instructions that the image needs, each once. */
const runsOf = (build: Build) => build.steps.filter(({ instruction }) => instruction.keyword === 'RUN')

/** Programs that hand over to the next one and pass signals on. */
const inits = ['tini', 'dumb-init', 'docker-init', 'catatonit', 'docker-entrypoint.sh']

interface Started {
  kind: 'node' | 'npm' | 'sh' | 'nothing' | 'other'
  init: string | null
  /** First argument of node that is not an option. */
  script: string | null
}

function startedBy(words: readonly string[]): Started {
  const init = inits.includes(basename(words[0] ?? '')) ? basename(words[0] ?? '') : null
  const rest = init === null ? [...words] : afterInit(words)
  const program = basename(rest[0] ?? '')
  if (program === '') return { kind: 'nothing', init, script: null }
  if (/^(npm|npx|yarn|pnpm)$/.test(program)) return { kind: 'npm', init, script: null }
  if (isShell(program)) return { kind: 'sh', init, script: null }
  return /^node(js)?$/.test(program)
    ? { kind: 'node', init, script: scriptIn(rest.slice(1)) }
    : { kind: 'other', init, script: null }
}

const afterInit = (words: readonly string[]): string[] => {
  const options = words.includes('--') ? words.indexOf('--') + 1 : 1
  const start = words.slice(options).findIndex((word) => !word.startsWith('-'))
  return start < 0 ? [] : words.slice(options + start)
}

function scriptIn(words: readonly string[]): string | null {
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? ''
    if (/^(-r|--require|--import|--loader|-C|--conditions|--env-file|--env-file-if-exists)$/.test(word)) i++
    else if (/^(-e|--eval|-p|--print|-pe)\b/.test(word)) return '-e'
    else if (!word.startsWith('-')) return word
  }
  return null
}

/** Files of settings without which node does not start. */
const envFilesIn = (words: readonly string[]): string[] =>
  words.flatMap((word, i) =>
    word === '--env-file' ? [words[i + 1] ?? ''] : word.startsWith('--env-file=') ? [word.slice(11)] : [],
  )

/** What a file was made of tells of which source it is the compiled form. */
const isBuiltFrom = (source: string, made: string | undefined): boolean =>
  new RegExp(`^built:\\S*/src/${source}\\.ts `).test(made ?? '')

const fileAt = (stage: BuiltStage, path: string): string | undefined =>
  stage.files.get(join(stage.workdir, path)) ?? stage.files.get(join(stage.workdir, `${path}.js`))

/** Is a program there in the image, as far as one can tell from its name and from what was installed? */
function hasProgram(image: { name: string; tag: string }, stage: BuiltStage, program: string): boolean {
  const installed = stage.instructions.some(
    (i) =>
      i.keyword === 'RUN' &&
      new RegExp(`\\b(apk|apt|apt-get|microdnf|dnf|yum)\\b.*\\b${program}\\b`, 's').test(
        i.text + i.heredocs.map((h) => h.content).join(),
      ),
  )
  const copied = stage.instructions.some(
    (i) => /^(COPY|ADD)$/.test(i.keyword) && i.words.some((word) => basename(word) === program),
  )
  if (installed || copied || [...stage.files.keys()].some((path) => basename(path) === program)) return true
  if (isDistroless(image)) return false
  if (!/(^|\/)node$/.test(image.name)) return true
  if (program === 'curl' || program === 'wget')
    return !/slim|alpine/.test(image.tag) || (program === 'wget' && image.tag.includes('alpine'))
  return !inits.includes(program) || program === 'docker-entrypoint.sh'
}

/** The first command of a health check, and all that the shell is told, with what ENV sets filled in. */
function calledBy(check: Exclude<BuiltStage['healthcheck'], 'none' | null>, env: Record<string, string>) {
  const script =
    check.form === 'shell' ? check.words.join(' ') : isShell(check.words[0]) ? (check.words.at(-1) ?? '') : null
  if (script === null) return { command: check.words, asked: check.words.join(' '), script: '' }
  const commands = shellCommands(script, env).map(({ words }) => words)
  return { command: commands[0] ?? [], asked: commands.flat().join(' '), script }
}

/** Values that ENV gives the container. */
const environmentOf = (stage: BuiltStage): Record<string, string> =>
  Object.fromEntries(
    settingsIn(stage.instructions)
      .filter(({ instruction }) => instruction.keyword === 'ENV')
      .map(({ name, value }) => [name, value]),
  )

/** What a health check calls and the image has not; null when nothing speaks against it. */
function missingFor(
  command: readonly string[],
  image: { name: string; tag: string },
  final: BuiltStage,
): string | null {
  const [program = ''] = command
  if (program === '') return '(no command)'
  if (/\s/.test(program)) return program
  const { kind, script } = startedBy(command)
  if (kind !== 'node') return hasProgram(image, final, basename(program)) ? null : program
  if (script === '-e') return null
  if (script === null) return '(no file for node)'
  return fileAt(final, script) === undefined ? join(final.workdir, script) : null
}

/** Does a health check ask for /health where the app listens? What a script of the image does is not known. */
function asksHealth(command: readonly string[], asked: string, final: BuiltStage, port: string): boolean {
  const { kind, script } = startedBy(command)
  if (kind === 'node' && script !== null && script !== '-e') {
    const made = fileAt(final, script)
    return !made?.startsWith('built:') || isBuiltFrom('healthcheck', made)
  }
  const own = final.files.get(join(final.workdir, command[0] ?? ''))
  if (kind === 'other' && own !== undefined) return true
  if (kind === 'node' && !/https?:\/\/[\w.[\]:]+\//.test(asked)) return /health/.test(asked)
  const urls = asked.matchAll(/(https?:\/\/)?(localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1?\])(?::(\d*))?(\/[\w/.-]*)?/g)
  return [...urls].some(
    ([, scheme = 'http://', , to = '80', path = '/']) => scheme === 'http://' && to === port && path === '/health',
  )
}

/** Does the health check end with 0 whatever the answer is? */
function neverFails(command: readonly string[], script: string): boolean {
  if (/(\|\||;)\s*(true|:|exit 0|echo\b[^|&;]*)\s*$/.test(script)) return true
  if (basename(command[0] ?? '') !== 'curl' || /[^|]\|[^|]|http_code/.test(script)) return false
  return !command.some((word) => /^(-[A-Za-z]*f[A-Za-z]*|--fail|--fail-with-body)$/.test(word))
}

/** Docker refuses a duration without a unit. */
const badOption = ({ name, value }: Instruction['flags'][number]): boolean =>
  name === 'retries'
    ? !/^[1-9]\d*$/.test(value ?? '')
    : !['interval', 'timeout', 'start-period', 'start-interval'].includes(name) ||
      !/^(\d+(\.\d+)?(ns|us|µs|ms|s|m|h))+$/.test(value ?? '')

/** Users of the official node images (Debian and Alpine) and of distroless ones, beside root. */
const knownUsers = [
  'node',
  'nonroot',
  'nobody',
  'daemon',
  'www-data',
  'guest',
  'bin',
  'sys',
  'mail',
  'games',
  'operator',
]

/** The instruction of these that makes a user, or brings the list of users. */
const madeBy = (instructions: readonly Instruction[], user: string): Instruction | undefined =>
  instructions.findLast(
    (i) =>
      (i.keyword === 'RUN' &&
        commandsIn(i).some(([program = '', ...rest]) =>
          /^(useradd|adduser|usermod)$/.test(basename(program))
            ? rest.includes(user)
            : rest.join(' ').includes('/etc/passwd'),
        )) ||
      (/^(COPY|ADD)$/.test(i.keyword) && i.words.some((word) => word.includes('passwd'))),
  )

const isRoot = (name: string): boolean => name === '' || name === 'root' || /^0+$/.test(name)

type Install = ReturnType<typeof installs>[number]

/** Who runs a RUN: the name or number that the last USER before it says. */
const userOf = ({ before: instructions }: Install): string =>
  (lastOf(instructions, 'USER')?.words.join(' ') ?? 'root').split(':')[0] ?? ''

/** Is this the home folder of who runs npm? */
function isHome(run: Install, folder: string): boolean {
  const set = run.instruction.variables['HOME']
  if (set !== undefined) return folder === set
  const user = userOf(run)
  if (isRoot(user)) return folder === '/root'
  if (user === 'node' || user === '1000') return folder === '/home/node'
  const making = madeBy(run.before, user)
  const given = /(?:\s-d|\s-h|--home(?:-dir)?)[ =](\S+)/.exec(making?.text ?? '')?.[1]
  if (given !== undefined) return folder === given
  return /^\d+$/.test(user) ? /^(\/home\/[^/]+)?$/.test(folder) : folder === `/home/${user}`
}

type Mount = Install['mounts'][number]

/** Where the secret npmrc is lent as a file; null for another mount. */
function secretTarget({ type, options }: Mount): string | null {
  if (type !== 'secret' || (options['env'] !== undefined && options['target'] === undefined)) return null
  const id = options['source'] ?? options['id'] ?? basename(options['target'] ?? '')
  return id === 'npmrc' ? (options['target'] ?? '/run/secrets/npmrc') : null
}

/** Does npm read its settings from there? A userconfig takes the place of the one in the home folder. */
function isRead(run: Install, target: string): boolean {
  const workdir = workdirAfter(run.before)
  const path = join(workdir, target)
  if (path === join(run.cwd, '.npmrc')) return true
  if (run.userconfig !== null) return path === join(run.cwd, run.userconfig.replace(/^~(?=\/)/, '/root'))
  return basename(path) === '.npmrc' && isHome(run, folderOf(path))
}

/** A secret is a file of root that nobody else may read, unless the mount says otherwise. */
function isReadable(run: Install, { options }: Mount): boolean {
  const user = userOf(run)
  if (isRoot(user)) return true
  const mode = Number.parseInt(options['mode'] ?? '400', 8)
  const number = user === 'node' ? 1000 : /^\d+$/.test(user) ? Number(user) : null
  const uid = Number(options['uid'] ?? '0')
  if (uid !== 0 && (number === null || uid === number)) return (mode & 0o400) !== 0
  if (Number(options['gid'] ?? '0') !== 0) return (mode & 0o040) !== 0
  return (mode & 0o004) !== 0
}

/** Files .env and .npmrc, and copies of a mounted secret, that a RUN leaves in its layer. */
function leftBy(build: Build, { stage, instruction }: Build['steps'][number]): string[] {
  const workdir = workdirAfter(before(build, stage, instruction))
  const mounts = instruction.flags
    .filter(({ name }) => name === 'mount')
    .map(({ value }) => Object.fromEntries((value ?? '').split(',').map((pair) => pair.split('=') as [string, string])))
  const targetOf = (mount: Record<string, string>): string =>
    join(workdir, mount['target'] ?? mount['dst'] ?? mount['destination'] ?? `/run/secrets/${mount['id'] ?? ''}`)
  const secrets = mounts.filter((mount) => mount['type'] === 'secret').map(targetOf)
  const lent = mounts.map(targetOf)
  const left = new Set<string>()
  let cwd = workdir
  for (const words of commandsIn(instruction)) {
    const [program = '', ...rest] = words
    const paths = rest.filter((word) => !word.startsWith('-')).map((word) => join(cwd, word.replace(/^[<>]+/, '')))
    if (program === 'cd') cwd = join(cwd, rest[0] ?? '/root')
    else if (program === 'rm') {
      const gone = paths.map(basename)
      for (const path of left) if (gone.includes(basename(path))) left.delete(path)
    } else for (const path of writtenBy(words, cwd, secrets)) left.add(path)
  }
  return [...left].filter((path) => !lent.some((target) => path === target || path.startsWith(`${target}/`)))
}

function writtenBy(words: readonly string[], cwd: string, secrets: readonly string[]): string[] {
  const [program = '', ...rest] = words
  const at = words.findIndex((word) => /^>{1,2}/.test(word))
  const redirected = at < 0 ? null : words[at]?.replace(/^>+/, '') || (words[at + 1] ?? '')
  const readsSecret = rest.some((word) => secrets.includes(join(cwd, word.replace(/^</, ''))))
  if (redirected !== null && (readsSecret || secretFile.test(basename(redirected)))) return [join(cwd, redirected)]
  if (/^(cp|mv|install|ln|tee)$/.test(program)) {
    const last = rest.at(-1) ?? ''
    if (readsSecret || secretFile.test(basename(last))) return [join(cwd, last)]
  }
  const told = rest.join(' ')
  if (program === 'npm' && /^(config )?set .*_(auth|authToken|password)\b/.test(told)) return ['~/.npmrc']
  return []
}

test(
  'every base image is pinned',
  { meta: { id: 'pinned-base', group: 'base', covers: [1] } },
  async ({ docker, transcript, evidence }) => {
    const { dockerfile } = await open(docker)
    transcript('FROM', dockerfile.stages.map((stage) => stage.base).join('\n'))
    const images = dockerfile.stages.flatMap((stage) =>
      stage.image && stage.image.name !== 'scratch' ? [{ ...stage.image, base: stage.base }] : [],
    )
    const later = images.filter(({ base }) => dockerfile.stages.some(({ name }) => name === base.toLowerCase()))
    expect(
      later.map(({ base }) => base),
      'stages that begin further down',
    ).toEqual([])
    const loose = images.filter(({ tag, digest }) =>
      digest === null ? !/^v?\d+\.\d+/.test(tag ?? '') : !/^sha256:[0-9a-f]{64}$/.test(digest),
    )
    // One word without a tag, and no program's image: a stage misspelt, and no version would help.
    evidence(
      'images',
      loose.every(({ base }) => /[:@/]|^(node|alpine|debian|ubuntu)$/.test(base)),
    )
    expect(
      loose.map(({ base }) => base),
      'images that may be others tomorrow',
    ).toEqual([])
  },
)

test(
  'the build finds all that it needs',
  { meta: { id: 'builds', group: 'build', covers: [2] } },
  async ({ docker, evidence }) => {
    const build = (await open(docker)).build()
    const runs = installs(build)
    evidence(
      'compiler',
      runs.length === 0 ? 'nothing installed' : runs.some(({ dev }) => dev) ? 'installed' : 'left out',
    )
    expect(build.problems.slice(0, 3), 'what makes docker build fail').toEqual([])
  },
)

test(
  'npm ci installs what the lock file names',
  { meta: { id: 'npm-ci', group: 'build', covers: [3] } },
  async ({ docker }) => {
    const build = (await open(docker)).build()
    const runs = installs(build)
    const others = runs.filter((run) => run.command !== 'ci').map((run) => lineOf(run.instruction))
    expect(others, 'installations without npm ci').toEqual([])
    expect(runs.length > 0, 'npm ci runs in a stage that the image needs').toBe(true)
    const changing = runsOf(build).filter(({ instruction }) =>
      commandsIn(instruction).some(
        ([program, ...rest]) =>
          program === 'npm' && /\b(update|up|upgrade|udpate|dedupe|audit fix)\b/.test(rest.join(' ')),
      ),
    )
    expect(
      changing.map(({ instruction }) => lineOf(instruction)),
      'commands that change what npm ci installed',
    ).toEqual([])
  },
)

test(
  'node itself is started, without a shell',
  { meta: { id: 'exec-form', group: 'runtime', covers: [4] } },
  async ({ docker, transcript, evidence }) => {
    const project = await open(docker)
    const { final } = project.build()
    const words = startCommand(final, isDistroless(baseImage(project, final)) ? ['/nodejs/bin/node'] : [])
    // Also behind an ENTRYPOINT in exec form a CMD in shell form brings its shell along, as arguments.
    const isShellForm = final.cmd?.form === 'shell' || final.entrypoint?.form === 'shell'
    const kind = isShellForm ? 'shell' : startedBy(words).kind
    transcript('starts', words.length === 0 ? '(nothing of yours)' : JSON.stringify(words))
    evidence('starts', kind)
    expect(kind, 'first program of the container').toBe('node')
  },
)

test(
  'node starts with the compiled server',
  { meta: { id: 'starts-server', group: 'runtime', covers: [4] } },
  async ({ docker, transcript }) => {
    const project = await open(docker)
    const { final } = project.build()
    const image = baseImage(project, final)
    const words = startCommand(final, isDistroless(image) ? ['/nodejs/bin/node'] : [])
    const { init, script } = startedBy(words)
    transcript('starts', words.length === 0 ? '(nothing of yours)' : JSON.stringify(words))
    expect(init === null || hasProgram(image, final, init), 'the image has the init that comes first').toBe(true)
    const file = script === null ? undefined : fileAt(final, script)
    transcript(
      'file',
      script === null ? '(none)' : `${join(final.workdir, script)}${file === undefined ? ' is missing' : ''}`,
    )
    expect(isBuiltFrom('server', file), 'node is given the compiled server').toBe(true)
    const missing = envFilesIn(words).filter((path) => fileAt(final, path) === undefined)
    expect(missing, 'files of settings that the image does not hold').toEqual([])
  },
)

test(
  'the app does not run as root',
  { meta: { id: 'not-root', group: 'runtime', covers: [5] } },
  async ({ docker, transcript }) => {
    const { final } = (await open(docker)).build()
    transcript('USER', final.user ?? '(none: the image decides, and node images say root)')
    expect(isRoot((final.user ?? 'root').split(':')[0] ?? ''), 'runs as root').toBe(false)
  },
)

test(
  'the image knows its user',
  { meta: { id: 'user-known', group: 'runtime', covers: [5] } },
  async ({ docker, transcript }) => {
    const project = await open(docker)
    const { final } = project.build()
    const [user = ''] = (final.user ?? '').split(':')
    transcript('USER', final.user ?? '(none)')
    const { name } = baseImage(project, final)
    const isKnown =
      isRoot(user) ||
      /^\d+$/.test(user) ||
      knownUsers.includes(user) ||
      madeBy(final.instructions, user) !== undefined ||
      (!/(^|\/)node$/.test(name) && !isDistroless({ name }))
    expect(isKnown, 'the user is one of the image').toBe(true)
  },
)

test(
  'a health check that can run',
  { meta: { id: 'healthcheck', group: 'runtime', covers: [6] } },
  async ({ docker, transcript }) => {
    const project = await open(docker)
    const { final } = project.build()
    const image = baseImage(project, final)
    const check = final.healthcheck
    transcript('HEALTHCHECK', check === null ? '(none)' : check === 'none' ? 'NONE' : check.words.join(' '))
    expect(check !== null && check !== 'none', 'the image has a HEALTHCHECK').toBe(true)
    if (check === null || check === 'none') return
    expect(check.form === 'shell' && isDistroless(image), 'the health check needs a shell that is not there').toBe(
      false,
    )
    const { command } = calledBy(check, environmentOf(final))
    expect(missingFor(command, image, final), 'what the health check calls and the image lacks').toBeNull()
    const options = lastOf(final.instructions, 'HEALTHCHECK')?.flags ?? []
    const bad = options.filter(badOption).map(({ name, value }) => `--${name}=${value}`)
    expect(bad, 'options that Docker refuses').toEqual([])
  },
)

test(
  'the health check asks the app, and can fail',
  { meta: { id: 'asks-health', group: 'runtime', covers: [6] } },
  async ({ docker, transcript }) => {
    const { final } = (await open(docker)).build()
    const check = final.healthcheck
    transcript('HEALTHCHECK', check === null ? '(none)' : check === 'none' ? 'NONE' : check.words.join(' '))
    expect(check !== null && check !== 'none', 'the image has a HEALTHCHECK').toBe(true)
    if (check === null || check === 'none') return
    const env = environmentOf(final)
    const { command, asked, script } = calledBy(check, env)
    transcript('port of the app', env['PORT'] ?? '3000')
    expect(asksHealth(command, asked, final, env['PORT'] ?? '3000'), 'asks /health on the port of the app').toBe(true)
    expect(neverFails(command, script), 'ends with 0 whatever the answer is').toBe(false)
  },
)

test(
  'Docker is not sent what is not for it',
  { meta: { id: 'context', group: 'build', covers: [7] } },
  async ({ docker, evidence }) => {
    const { excluded } = await open(docker)
    const kept = [
      '.git/HEAD',
      '.git/refs/heads/main',
      '.git/objects/1f/2c',
      '.env',
      '.npmrc',
      'node_modules/.package-lock.json',
      'node_modules/.bin/tsc',
      'node_modules/express/package.json',
      'node_modules/@types/node/index.d.ts',
    ]
    const sent = kept.filter((path) => !excluded(path))
    evidence('gitOnly', sent.length > 0 && sent.every((path) => path.startsWith('.git/')))
    expect(sent, 'paths that Docker is sent').toEqual([])
  },
)

test(
  'the last stage only takes what another one built',
  { meta: { id: 'build-stage', group: 'image', covers: [8] } },
  async ({ docker }) => {
    const { final } = (await open(docker)).build()
    const isBuilt = (made: string): boolean => made.startsWith('built:')
    // With a stage mounted, a RUN can copy what was compiled there.
    const lends = ({ flags }: Instruction): boolean =>
      flags.some(({ name, value }) => name === 'mount' && /(^|,)from=/.test(value ?? ''))
    const compiled = final.layers.filter(
      ({ instruction, added }) =>
        instruction.keyword === 'RUN' && !lends(instruction) && [...added.values()].some(isBuilt),
    )
    expect(
      compiled.map(({ instruction }) => lineOf(instruction)),
      'compiling in the image that is shipped',
    ).toEqual([])
    expect([...final.files.values()].some(isBuilt), 'the image holds what npm run build made').toBe(true)
  },
)

test(
  'the image holds the app and its dependencies',
  { meta: { id: 'app-complete', group: 'image', covers: [9] } },
  async ({ docker, transcript }) => {
    const { final } = (await open(docker)).build()
    const server = [...final.files].find(([, made]) => isBuiltFrom('server', made))?.[0] ?? ''
    transcript(
      'image',
      [...final.files.keys()]
        .filter((path) => !path.includes('/node_modules/'))
        .slice(0, 12)
        .join('\n') || '(no file)',
    )
    expect(server !== '', 'the image holds the compiled server').toBe(true)
    const parcels = final.files.get(`${folderOf(server)}/parcels.js`)
    expect(isBuiltFrom('parcels', parcels), 'the compiled file that the server imports is beside it').toBe(true)
    let folder = folderOf(server)
    while (folder !== '' && !final.files.has(`${folder}/node_modules/express/package.json`)) folder = folderOf(folder)
    const express = final.files.get(`${folder}/node_modules/express/package.json`)
    expect(express !== undefined, 'the package express is beside the server or above').toBe(true)
    expect(express?.startsWith('context:'), 'node_modules comes from your machine').toBe(false)
  },
)

test(
  'no layer holds packages for development',
  { meta: { id: 'no-dev-packages', group: 'image', covers: [10] } },
  async ({ docker, transcript, evidence }) => {
    const { final } = (await open(docker)).build()
    const guilty = final.layers.filter(({ added }) => [...added.keys()].some((path) => devPackages.test(path)))
    transcript(
      'layers',
      final.layers.map(({ instruction, added }) => `${lineOf(instruction)} (${added.size} files)`).join('\n'),
    )
    evidence('removedLater', guilty.length > 0 && ![...final.files.keys()].some((path) => devPackages.test(path)))
    expect(
      guilty.map(({ instruction }) => lineOf(instruction)),
      'layers with typescript or @types',
    ).toEqual([])
    const global = final.instructions.filter(
      (i) =>
        i.keyword === 'RUN' &&
        commandsIn(i).some(
          (words) =>
            words[0] === 'npm' &&
            words.some((word) => /^(-g|--global|--location=global)$/.test(word)) &&
            words.some((word) => /^(typescript|@types\/)/.test(word)),
        ),
    )
    expect(global.map(lineOf), 'typescript or @types installed for the whole image').toEqual([])
  },
)

test(
  'a change of the source does not install again',
  { meta: { id: 'cache', group: 'build', covers: [11] } },
  async ({ docker, transcript }) => {
    const project = await open(docker)
    const first = installs(project.build())
    expect(first.length > 0, 'npm runs in a stage that the image needs').toBe(true)
    const cached = new Set(first.map((run) => run.key))
    for (const file of ['src/parcels.ts', 'src/healthcheck.ts', 'src/server.ts']) {
      const again = installs(project.build([file])).filter((run) => !cached.has(run.key))
      if (again.length > 0) transcript('changed', file)
      expect(
        again.map((run) => lineOf(run.instruction)),
        'installations that run again',
      ).toEqual([])
    }
  },
)

test(
  'no layer holds .env or .npmrc',
  { meta: { id: 'no-secret-files', group: 'secrets', gate: true, covers: [12] } },
  async ({ docker }) => {
    const { stages } = (await open(docker)).build()
    const isSecret = ([path, made]: [string, string]): boolean =>
      /^context:\.(env|npmrc)\b/.test(made) || (made.startsWith('text:') && secretFile.test(basename(path)))
    const found = stages.flatMap((stage) => stage?.layers ?? []).filter(({ added }) => [...added].some(isSecret))
    expect([...new Set(found.map(({ instruction }) => lineOf(instruction)))], 'layers with a secret file').toEqual([])
  },
)

test(
  'what is lent to a command is not kept by it',
  { meta: { id: 'no-secret-copies', group: 'secrets', gate: true, covers: [12] } },
  async ({ docker }) => {
    const build = (await open(docker)).build()
    const keeping = runsOf(build).filter((step) => leftBy(build, step).length > 0)
    expect(
      keeping.map(({ instruction }) => lineOf(instruction)),
      'commands that leave .npmrc, .env or a copy of a secret in their layer',
    ).toEqual([])
  },
)

test(
  'no instruction names a secret',
  { meta: { id: 'no-secret-settings', group: 'secrets', gate: true, covers: [13] } },
  async ({ docker }) => {
    const { dockerfile } = await open(docker)
    const instructions = [...dockerfile.globals, ...dockerfile.stages.flatMap((stage) => stage.instructions)]
    const named = settingsIn(instructions)
      .filter(({ name }) => secretName.test(name))
      .map(({ instruction }) => lineOf(instruction))
    const written = instructions
      .filter((i) =>
        secretValues.some((value) => `${i.text} ${i.heredocs.map((h) => h.content).join()}`.includes(value)),
      )
      .map(lineOf)
    expect([...new Set([...named, ...written])], 'instructions with a token or a password').toEqual([])
  },
)

test(
  'npm gets its token as a build secret',
  { meta: { id: 'build-secret', group: 'secrets', covers: [14] } },
  async ({ docker, transcript }) => {
    const runs = installs((await open(docker)).build())
    expect(runs.length > 0, 'npm runs in a stage that the image needs').toBe(true)
    transcript('installs', runs.map((run) => `${lineOf(run.instruction)}, as ${userOf(run) || 'root'}`).join('\n'))
    const without = runs.filter(
      (run) => !run.mounts.some((mount) => isRead(run, secretTarget(mount) ?? '/run/secrets/none')),
    )
    expect(
      without.map((run) => `line ${run.line}: npm ${run.command}`),
      'installations that get no .npmrc from the secret npmrc',
    ).toEqual([])
  },
)

test(
  'the user who runs npm may read the secret',
  { meta: { id: 'secret-readable', group: 'secrets', covers: [14] } },
  async ({ docker, transcript }) => {
    const runs = installs((await open(docker)).build())
    transcript('installs', runs.map((run) => `${lineOf(run.instruction)}, as ${userOf(run) || 'root'}`).join('\n'))
    const unreadable = runs.filter((run) =>
      run.mounts.some((mount) => secretTarget(mount) !== null && !isReadable(run, mount)),
    )
    expect(
      unreadable.map((run) => `line ${run.line}: npm ${run.command}`),
      'installations whose user may not read the secret',
    ).toEqual([])
  },
)
