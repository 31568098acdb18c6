/** The layers of runner/docs/architecture.md, executed. Each comment speaks to the person who has crossed a border. */
const only = (name, from, to, comment) => ({
  name,
  comment,
  severity: 'error',
  from: { path: from, pathNot: '\\.test\\.ts$|-fixtures\\.ts$|^runner/testing/' },
  to: { pathNot: [...to, '^node:'], path: '^runner/' },
})

/**
 * The rooms of adapters from the ground up: each may use those it names, all of which stand above it in this list, so
 * that no two rooms ever need each other. The third word goes to whoever reached for another.
 */
const rooms = [
  ['process', [], 'Starting and ending programs is the ground: it knows of no file format, tool or service.'],
  ['files', ['process'], 'Files know nothing of what is in them. What needs git, a pack or a tool belongs above.'],
  ['git', ['process', 'files'], 'This is how git is run; what for belongs to repositories, snapshots or intake.'],
  ['packs', ['process', 'files'], 'A pack is fetched and found without toolchains and services: they use packs.'],
  ['toolchains', ['process', 'files', 'packs'], 'A toolchain prepares one language; servers and runs are not its own.'],
  ['services', ['process', 'files', 'packs'], 'A service starts one server; languages and runs are not its own.'],
  ['sandbox', ['process', 'files'], 'The sandbox walls in whatever it is given and knows nobody inside.'],
  ['bundles', ['files'], 'It makes one file of many, and knows of none what it is for.'],
  ['vitest', ['process', 'files', 'bundles'], 'The engine runs a suite that is prepared: preparing is for runs.'],
  ['watcher', [], 'It reports that something was saved, and nothing else.'],
  ['mutation', [], 'It reads sources and checks their types; what is run, and what came of it, is for app.'],
  ['solutions', ['process', 'files', 'git'], 'It reads and writes what authors keep, and runs none of it.'],
  ['similarity', [], 'It compares texts that it is handed.'],
  ['queue', ['files'], 'The queue carries jobs; what they are graded with is for those who take them.'],
  ['store', ['files'], 'Progress and sets are files: no git, no run and no class comes into it.'],
  ['repositories', ['process', 'files', 'git'], 'A repository is made with git and files alone.'],
  ['snapshots', ['process', 'files', 'git'], 'A state is saved with git and files alone.'],
  ['intake', ['process', 'files', 'git', 'store'], 'What strangers hand in is read here, and neither run nor kept.'],
  [
    'submission',
    ['process', 'files', 'git', 'snapshots'],
    'Packing takes saved states: it starts and reads no intake.',
  ],
  ['classroom', ['files', 'store', 'intake'], 'A class folder keeps what intake took and grading found.'],
  [
    'readiness',
    ['process', 'files', 'git', 'packs', 'toolchains', 'services'],
    'It asks what is there and starts nothing.',
  ],
  [
    'proof',
    ['process', 'files', 'packs', 'toolchains', 'services'],
    'It tells what a trial rests on and keeps what came of it; it runs nothing.',
  ],
  [
    'runs',
    ['process', 'files', 'packs', 'toolchains', 'services', 'sandbox', 'vitest'],
    'A run is put together here; what it is for (a check, the gate, a grade) is for app to say.',
  ],
]

const orderOfRooms = [
  ...rooms.map(([room, may, comment]) => ({
    name: `adapter-room-${room}`,
    comment: `${comment} Move what both need further down, or pass it in where cli wires them (CONTRIBUTING.md).`,
    severity: 'error',
    from: { path: `^runner/adapters/${room}/`, pathNot: '\\.test\\.ts$|-fixtures\\.ts$' },
    to: { path: '^runner/adapters/', pathNot: [room, ...may].map((name) => `^runner/adapters/${name}/`) },
  })),
  {
    name: 'adapter-rooms-have-their-place',
    comment: 'This room is not in the list at the top of .dependency-cruiser.mjs: say there what it may use.',
    severity: 'error',
    from: { path: '^runner/adapters/', pathNot: rooms.map(([room]) => `^runner/adapters/${room}/`) },
    to: { path: '^runner/' },
  },
]

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    {
      name: 'no-cycle',
      severity: 'error',
      comment: 'Two files that import each other cannot be understood alone. Move what both need into a third.',
      from: {},
      to: { circular: true },
    },
    only(
      'errors-stand-alone',
      '^runner/errors/',
      ['^runner/errors/'],
      'The catalogue is data: it knows nothing of the program.',
    ),
    only(
      'domain-is-pure',
      '^runner/domain/',
      ['^runner/domain/', '^runner/errors/'],
      'Domain decides on values. What it needs from outside comes in as data; let app fetch it.',
    ),
    {
      name: 'domain-touches-nothing',
      severity: 'error',
      comment: 'Domain has no disk, clock, process or network. Put the effect into an adapter and pass the value in.',
      from: { path: '^runner/domain/', pathNot: '\\.test\\.ts$' },
      to: { dependencyTypes: ['core'] },
    },
    only(
      'app-knows-ports',
      '^runner/app/',
      ['^runner/app/', '^runner/domain/', '^runner/errors/'],
      'A use case speaks to ports.ts, never to an adapter or a screen. Add what is missing to the port.',
    ),
    only(
      'ui-only-renders',
      '^runner/ui/',
      ['^runner/ui/', '^runner/domain/', '^runner/errors/', '^runner/app/'],
      'A screen turns values into text. It loads and decides nothing.',
    ),
    only(
      'adapters-do-not-steer',
      '^runner/adapters/',
      [
        '^runner/adapters/',
        '^runner/app/(grading-)?ports\\.ts$',
        '^runner/domain/',
        '^runner/errors/',
        '^runner/harness/(run-context|test|run/lost-file)\\.ts$',
      ],
      'An adapter serves a port. It does not call use cases, screens or commands.',
    ),
    ...orderOfRooms,
    only(
      'harness-stands-alone',
      '^runner/harness/',
      ['^runner/harness/'],
      'The harness runs in the trusted worker and next to learner code: it must not drag the runner in.',
    ),
    only(
      'harness-run-knows-nobody',
      '^runner/harness/run/',
      ['^runner/harness/(run/|run-context\\.ts$)'],
      'Everything in the harness stands on the run. What it has to know of a driver the driver hands over: push it to RunState (environment, sockets, cleanups) or register it (atEndOfCase, whenCaseIsOver).',
    ),
    only(
      'harness-child-knows-no-driver',
      '^runner/harness/child/',
      ['^runner/harness/(child/|run/|run-context\\.ts$)'],
      'A child is started the same way for every driver. What a driver wants of it goes into ChildOptions, or into RunState.environment.',
    ),
    only(
      'wire-knows-no-server',
      '^runner/harness/services/wire/',
      ['^runner/harness/(services/wire/|run/|run-context\\.ts$)'],
      'The relay is the same for every server. What is peculiar to one belongs into its codec, or into the Words of its recorder.',
    ),
    only(
      'servers-do-not-meet',
      '^runner/harness/services/(postgres|mysql|redis|mongodb|azurite)/',
      ['^runner/harness/services/($1|wire)/', '^runner/harness/(run/|run-context\\.ts$)'],
      'One server must not need another. Move what both need into services/wire/.',
    ),
    only(
      'drivers-do-not-meet',
      '^runner/harness/(http|subject|repository|docker|iam)/',
      ['^runner/harness/$1/', '^runner/harness/(child/|run/|children/protocol/|run-context\\.ts$)'],
      'A suite that uses one driver loads that one. Move what two need into child/ (about processes) or run/ (about the run).',
    ),
    only(
      'harness-model-knows-no-driver',
      '^runner/harness/model/',
      ['^runner/harness/model/'],
      'A model compares what it is handed, whoever was asked. What it has to know of a run, the suite passes in.',
    ),
    {
      name: 'only-suites-draw',
      severity: 'error',
      comment: 'fast-check goes into the bundle of whoever imports it: suites without a model must not pay for it.',
      from: { path: '^runner/', pathNot: '^runner/harness/model/' },
      to: { path: '^runner/harness/model/' },
    },
    {
      name: 'suites-see-the-harness-only',
      severity: 'error',
      comment: 'A suite imports #harness and #harness/model, nothing else; what it lacks belongs into the harness.',
      from: { path: '^exercises/.*/suite/[^/]+\\.test\\.ts$' },
      to: { path: '^runner/', pathNot: '^runner/harness/(model/)?index\\.ts$' },
    },
    {
      name: 'nobody-imports-the-cli',
      severity: 'error',
      comment: 'cli is the top: it wires everything, and only main.ts calls it.',
      from: { path: '^runner/', pathNot: '^runner/(cli/|main\\.ts$)|\\.test\\.ts$' },
      to: { path: '^runner/cli/' },
    },
    {
      name: 'no-test-in-production',
      severity: 'error',
      comment: 'Production code must not need a test or a fixture.',
      from: { pathNot: '\\.test\\.ts$|-fixtures\\.ts$|^runner/testing/' },
      to: { path: '\\.test\\.ts$|-fixtures\\.ts$|^runner/testing/' },
    },
    {
      name: 'no-undeclared-package',
      severity: 'error',
      comment: 'Add the package to package.json, with its reason in CONTRIBUTING.',
      from: {},
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
    {
      name: 'no-dev-package-in-production',
      severity: 'error',
      comment: 'This is needed at run time: move it to dependencies.',
      // Mutants are made by authors, who have the whole project installed.
      from: { path: '^runner/', pathNot: '\\.test\\.ts$|-fixtures\\.ts$|^runner/testing/|^runner/adapters/mutation/' },
      to: { dependencyTypes: ['npm-dev'], pathNot: '@types/' },
    },
    {
      name: 'not-to-unresolvable',
      severity: 'error',
      comment: 'This import leads nowhere.',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: 'node_modules|^workspace/|^\\.cache/|/starter/|/variants/|^solutions/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'types'] },
  },
}
