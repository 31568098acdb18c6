import { writeFileSync } from 'node:fs'
import { relative, sep } from 'node:path'

/**
 * How the learner's tests run under vitest: by hand in their folder, or judged (GYM_REPORT names the
 * report) with one copy of the tests per variant. Nothing of theirs configures it.
 */
const report = process.env['GYM_REPORT']
// The tests run in threads that get a copy of the environment; the report is no business of theirs.
delete process.env['GYM_REPORT']

export default {
  envDir: false,
  publicDir: false,
  css: { postcss: {} },
  test: {
    include: report === undefined ? ['tests/**/*.test.ts'] : ['variants/*/tests/**/*.test.ts'],
    pool: 'threads',
    // A fresh worker per file: what a test leaves changed never reaches the next variant.
    isolate: true,
    maxWorkers: 2,
    watch: false,
    passWithNoTests: true,
    fsModuleCache: false,
    ...(report === undefined ? {} : { disableConsoleIntercept: true, reporters: [reporterTo(report)] }),
  },
}

function reporterTo(path) {
  let root = ''
  return {
    onInit: (vitest) => {
      root = vitest.config.root
    },
    onTestRunEnd: (modules, unhandled) => writeFileSync(path, JSON.stringify(reportsOf(root, modules, unhandled))),
  }
}

/** One report for each variant's folder, as mutants.ts reads them. */
function reportsOf(root, modules, unhandled) {
  const reports = {}
  const reportOf = (path) => (reports[folderOf(root, path)] ??= { tests: [], loadError: null })
  for (const module of modules) {
    const report = reportOf(module.moduleId)
    report.tests.push(...[...module.children.allTests()].flatMap((test) => testOf(root, module, test)))
    const problems = [...module.errors(), ...[...module.children.allSuites()].flatMap((suite) => suite.errors())]
    report.loadError ??= problems.length === 0 ? null : `${fileOf(root, module.moduleId)}: ${firstLine(problems[0])}`
  }
  for (const error of unhandled) {
    const report = reportOf(error.VITEST_TEST_PATH ?? '')
    report.loadError ??= `an error escaped from the tests: ${firstLine(error)}`
  }
  return reports
}

const partsOf = (root, path) => relative(root, path).split(sep)
const folderOf = (root, path) => partsOf(root, path).slice(0, 2).join('/')
const fileOf = (root, path) => partsOf(root, path).slice(2).join('/')

function testOf(root, module, test) {
  const { state, errors = [] } = test.result()
  if (state !== 'passed' && state !== 'failed') return []
  const asserted = errors.find(isAssertion)
  const shown = asserted ?? errors[0]
  return [
    {
      name: test.fullName,
      file: fileOf(root, module.moduleId),
      status: state,
      byAssertion: asserted !== undefined,
      message: shown === undefined ? '' : firstLine(shown),
    },
  ]
}

/** vitest's, chai's and node:assert's; a snapshot that differs is a plain Error there. */
const isAssertion = ({ name, message }) =>
  name === 'AssertionError' || (name === 'Error' && /^Snapshot .* mismatched/.test(message ?? ''))

const firstLine = ({ name = 'Error', message = '' }) => {
  const line = message.split('\n')[0]
  return name === 'AssertionError' || line.startsWith(name) ? line : `${name}: ${line}`
}
