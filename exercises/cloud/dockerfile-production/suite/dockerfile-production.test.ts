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
const secretName = /(TOKEN|PASSWORD|PASSWD|SECRET|CREDENTIALS?|(API|ACCESS|PRIVATE)_?KEY)$/i

const devPackages = /\/node_modules\/(typescript|@types\/[^/]+)\/package\.json$/

const open = (docker: Docker): Promise<DockerProject> => docker.project('api', onLaptops)

const basename = (path: string): string => path.split('/').at(-1) ?? path
const folderOf = (path: string): string => path.split('/').slice(0, -1).join('/')
const join = (folder: string, path: string): string =>
  `/${`${path.startsWith('/') ? '' : folder}/${path}`
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .join('/')}`
const lineOf = ({ line, keyword, text }: Instruction): string => `line ${line}: ${keyword} ${text}`.slice(0, 100)

/** The image below all stages of the final one. */
function baseImage({ dockerfile }: DockerProject, final: BuiltStage): { name: string; tag: string } {
  let stage = dockerfile.stages[final.index]
  while (stage && stage.parent !== null) stage = dockerfile.stages[stage.parent]
  return { name: stage?.image?.name ?? '', tag: stage?.image?.tag ?? '' }
}

const isDistroless = (image: { name: string }): boolean => image.name.includes('distroless')

/** npm ci and npm install, of every stage that the image needs. */
const installs = (build: Build) =>
  build.steps.flatMap((step) =>
    step.npm
      .filter((run) => run.command !== 'prune')
      .map((run) => ({ ...run, key: step.key, instruction: step.instruction })),
  )

/** Programs that hand over to the next one and pass signals on. */
const inits = ['tini', 'dumb-init', 'docker-init', 'catatonit', 'docker-entrypoint.sh']

interface Started {
  kind: 'node' | 'npm' | 'shell' | 'nothing' | 'other'
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
  if (/^(ba|da|a)?sh$/.test(program)) return { kind: 'shell', init, script: null }
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
    if (/^(-r|--require|--import|--loader|-C|--conditions)$/.test(word)) i++
    else if (/^(-e|--eval|-p|--print|-pe)\b/.test(word)) return '-e'
    else if (!word.startsWith('-')) return word
  }
  return null
}

/** What a file was made of tells whether it is src/server.ts, compiled. */
const isServer = (made: string): boolean => /^built:\S*\/src\/server\.ts /.test(made)

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

type Check = Exclude<BuiltStage['healthcheck'], 'none' | null>

/** Why a health check cannot run in an image; null when nothing speaks against it. */
function checkProblem(check: Check, image: { name: string; tag: string }, final: BuiltStage): string | null {
  if (check.form === 'shell' && isDistroless(image)) return 'The shell form needs a shell, and this image has none.'
  const firstOf = (script: string): string[] => shellCommands(script)[0]?.words ?? []
  const words = check.form === 'exec' ? check.words : firstOf(check.words.join(' '))
  const command = /^(ba|da|a)?sh$/.test(basename(words[0] ?? '')) ? firstOf(words.at(-1) ?? '') : words
  const program = basename(command[0] ?? '')
  if (program === '') return 'The health check has no command.'
  const { kind, script } = startedBy(command)
  if (kind !== 'node') return hasProgram(image, final, program) ? null : `The image has no ${program}.`
  if (script === '-e' || (script !== null && fileAt(final, script) !== undefined)) return null
  return script === null
    ? 'node is started without a file.'
    : `There is no ${join(final.workdir, script)} in the image.`
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
    const loose = images.filter(({ tag, digest }) =>
      digest === null ? !/^v?\d+\.\d+/.test(tag ?? '') : !/^sha256:[0-9a-f]{64}$/.test(digest),
    )
    evidence('loose', loose.length > 0)
    expect(
      loose.map(({ base }) => base),
      'images that may be others tomorrow',
    ).toEqual([])
  },
)

test(
  'the build finds all that it needs',
  { meta: { id: 'builds', group: 'build', covers: [2] } },
  async ({ docker }) => {
    const { problems } = (await open(docker)).build()
    expect(problems.slice(0, 3), 'what makes docker build fail').toEqual([])
  },
)

test(
  'npm ci installs what the lock file names',
  { meta: { id: 'npm-ci', group: 'build', covers: [3] } },
  async ({ docker, evidence }) => {
    const runs = installs((await open(docker)).build())
    evidence('installs', runs.length > 0)
    if (runs.length === 0) throw new Error('No stage that the image needs runs npm ci.')
    expect(
      runs.filter((run) => run.command !== 'ci').map((run) => lineOf(run.instruction)),
      'installations without npm ci',
    ).toEqual([])
  },
)

test(
  'node itself is started, without a shell',
  { meta: { id: 'exec-form', group: 'runtime', covers: [4] } },
  async ({ docker, transcript, evidence }) => {
    const project = await open(docker)
    const { final } = project.build()
    const image = baseImage(project, final)
    const words = startCommand(final, isDistroless(image) ? ['/nodejs/bin/node'] : [])
    const { init, script, ...program } = startedBy(words)
    // Also behind an ENTRYPOINT in exec form a CMD in shell form brings its shell along, as arguments.
    const kind = final.cmd?.form === 'shell' || final.entrypoint?.form === 'shell' ? 'shell' : program.kind
    transcript('starts', words.length === 0 ? '(nothing of yours)' : JSON.stringify(words))
    evidence('starts', kind)
    expect(kind, 'first program of the container').toBe('node')
    if (init !== null && !hasProgram(image, final, init)) throw new Error(`The image has no ${init}.`)
    if (script === null || script === '-e') throw new Error('node is started without a file.')
    const file = fileAt(final, script)
    if (file === undefined) throw new Error(`There is no ${join(final.workdir, script)} in the image.`)
    if (!isServer(file)) throw new Error(`${join(final.workdir, script)} is not the compiled server.`)
  },
)

test(
  'the app does not run as root',
  { meta: { id: 'not-root', group: 'runtime', covers: [5] } },
  async ({ docker, transcript }) => {
    const { final } = (await open(docker)).build()
    transcript('USER', final.user ?? '(none)')
    const [user = ''] = (final.user ?? '').split(':')
    if (final.user === null)
      throw new Error('The last stage has no USER, so that the image decides; node images say root.')
    expect(['', 'root'].includes(user) || /^0+$/.test(user), 'runs as root').toBe(false)
  },
)

test(
  'a health check that can run',
  { meta: { id: 'healthcheck', group: 'runtime', covers: [6] } },
  async ({ docker, transcript, evidence }) => {
    const project = await open(docker)
    const { final } = project.build()
    const check = final.healthcheck
    transcript('HEALTHCHECK', check === null ? '(none)' : check === 'none' ? 'NONE' : check.words.join(' '))
    evidence('healthcheck', check === null || check === 'none' ? 'none' : 'given')
    if (check === null || check === 'none') throw new Error('The image has no HEALTHCHECK.')
    const problem = checkProblem(check, baseImage(project, final), final)
    if (problem !== null) throw new Error(problem)
  },
)

test(
  'Docker is not sent what is not for it',
  { meta: { id: 'context', group: 'build', covers: [7] } },
  async ({ docker, random, evidence }) => {
    const { excluded } = await open(docker)
    const objects = random.pick(['1f/2c', '7a/90', 'e6/9d'])
    const kept = [
      '.git/HEAD',
      `.git/objects/${objects}`,
      '.env',
      '.npmrc',
      'node_modules/express/package.json',
      'node_modules/.bin/tsc',
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
    const compiled = final.layers.filter(
      ({ instruction, added }) =>
        instruction.keyword === 'RUN' && [...added.values()].some((made) => made.startsWith('built:')),
    )
    expect(
      compiled.map(({ instruction }) => lineOf(instruction)),
      'compiling in the image that is shipped',
    ).toEqual([])
    if (![...final.files.values()].some((made) => made.startsWith('built:')))
      throw new Error('The image holds nothing that npm run build made.')
  },
)

test(
  'the image holds the app and its dependencies',
  { meta: { id: 'app-complete', group: 'image', covers: [9] } },
  async ({ docker, transcript }) => {
    const { final } = (await open(docker)).build()
    const server = [...final.files].find(([, made]) => isServer(made))?.[0]
    transcript(
      'image',
      [...final.files.keys()]
        .filter((path) => !path.includes('/node_modules/'))
        .slice(0, 12)
        .join('\n') || '(no file)',
    )
    if (server === undefined) throw new Error('The image does not hold the compiled server.')
    let folder = folderOf(server)
    while (folder !== '' && !final.files.has(`${folder}/node_modules/express/package.json`)) folder = folderOf(folder)
    const express = final.files.get(`${folder}/node_modules/express/package.json`)
    if (express === undefined)
      throw new Error(`${server} imports express, and there is no node_modules/express beside it or above.`)
    if (express.startsWith('context:'))
      throw new Error('node_modules in the image comes from your machine, not from npm ci.')
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
  },
)

test(
  'a change of the source does not install again',
  { meta: { id: 'cache', group: 'build', covers: [11] } },
  async ({ docker, random, transcript }) => {
    const project = await open(docker)
    const file = random.pick(['src/server.ts', 'src/parcels.ts', 'src/healthcheck.ts'])
    const before = installs(project.build())
    if (before.length === 0) throw new Error('No stage that the image needs installs packages with npm.')
    const cached = new Set(before.map((run) => run.key))
    transcript('changed', file)
    const again = installs(project.build([file])).filter((run) => !cached.has(run.key))
    expect(
      again.map((run) => lineOf(run.instruction)),
      'installations that run again',
    ).toEqual([])
  },
)

test(
  'no layer holds .env or .npmrc',
  { meta: { id: 'no-secret-files', group: 'secrets', gate: true, covers: [12] } },
  async ({ docker, evidence }) => {
    const { stages, final } = (await open(docker)).build()
    const found = stages
      .flatMap((stage) => stage?.layers ?? [])
      .filter(({ added }) => [...added.values()].some((made) => /^context:\.(env|npmrc)\b/.test(made)))
    const left = [...final.files.values()].some((made) => /^context:\.(env|npmrc)\b/.test(made))
    evidence('removedLater', found.length > 0 && !left)
    expect([...new Set(found.map(({ instruction }) => lineOf(instruction)))], 'layers with a secret file').toEqual([])
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
    if (runs.length === 0) throw new Error('No stage that the image needs installs packages with npm.')
    transcript('installs', runs.map((run) => lineOf(run.instruction)).join('\n'))
    const without = runs.filter(
      ({ mounts, cwd, userconfig }) =>
        !mounts.some((mount) => {
          if (mount.type !== 'secret') return false
          const target = mount.options['target'] ?? `/run/secrets/${mount.options['id'] ?? ''}`
          const id = mount.options['id'] ?? basename(target)
          const isRead =
            basename(target) === '.npmrc' &&
            (!target.startsWith('/') ||
              [cwd, '/root'].includes(folderOf(target) || '/') ||
              /^\/home\/[^/]+$/.test(folderOf(target)))
          return id === 'npmrc' && (isRead || userconfig === target)
        }),
    )
    expect(
      without.map((run) => `line ${run.line}: npm ${run.command}`),
      'installations that get no .npmrc from the secret npmrc',
    ).toEqual([])
  },
)
