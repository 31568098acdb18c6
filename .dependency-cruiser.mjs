/** The layers of design.md section 4, executed. Each comment speaks to the person who has crossed a border. */
const only = (name, from, to, comment) => ({
  name,
  comment,
  severity: 'error',
  from: { path: from, pathNot: '\\.test\\.ts$|-fixtures\\.ts$|^runner/testing/' },
  to: { pathNot: [...to, '^node:'], path: '^runner/' },
})

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
        '^runner/harness/(run-context|test)\\.ts$',
      ],
      'An adapter serves a port. It does not call use cases, screens or commands.',
    ),
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
    {
      name: 'suites-see-the-harness-only',
      severity: 'error',
      comment: 'A suite imports #harness and nothing else; what it lacks belongs into the harness.',
      from: { path: '^exercises/.*/suite/[^/]+\\.test\\.ts$' },
      to: { path: '^runner/', pathNot: '^runner/harness/index\\.ts$' },
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
      from: { path: '^runner/', pathNot: '\\.test\\.ts$|-fixtures\\.ts$|^runner/testing/' },
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
