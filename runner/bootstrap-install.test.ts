// A start that has to install something first.
import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, describe, expect, test, vi } from 'vitest'
import {
  addRuntime,
  calls,
  environment,
  isRunning,
  launch,
  makeLock,
  makeProject,
  markerOf,
  oldNode,
  ownerOf,
  platform,
  removeProjects,
  run,
  says,
  until,
  type Answer,
} from './bootstrap-fixtures.ts'

vi.setConfig({ testTimeout: 30_000 }) // real processes, on a machine that may be busy
const hasScript = String(spawnSync('script', ['--version']).stdout).includes('util-linux')
afterEach(removeProjects)

describe('packages missing', () => {
  test('are installed once, told on stderr only, and not again', async () => {
    const project = makeProject()
    const first = await run(project, ['list', '--json'])
    expect(first.code).toBe(0)
    expect(first.err).toMatch(/^ {2}Installing packages once \.\.\. done, \d+ s\n$/)
    expect(JSON.parse(first.out)).toMatchObject({ argv: ['list', '--json'] })
    expect(JSON.parse(fs.readFileSync(markerOf(project), 'utf8'))).toMatchObject({ platform, hash: expect.any(String) })

    expect((await run(project, ['list'])).err).toBe('')
    expect(calls(project)).toHaveLength(1)
    expect(calls(project)[0]).toMatchObject({ cwd: project, args: expect.arrayContaining(['ci', '--ignore-scripts']) })
    expect(fs.readdirSync(path.join(project, '.cache'))).not.toContain('start.lock')
  })

  test('the tools of contributors come with the first command that uses them, and stay', async () => {
    const project = makeProject()
    await run(project, ['next'])
    expect(calls(project)[0]?.args).toContain('--omit=dev')
    await run(project, ['exec', 'no-such-tool'])
    expect(calls(project)).toHaveLength(2)
    expect(calls(project)[1]?.args).toContain('--include=dev')
    await run(project, ['next'])
    await run(project, ['mutate'])
    expect(calls(project)).toHaveLength(2)
    fs.appendFileSync(path.join(project, 'package-lock.json'), ' ')
    await run(project, ['next'])
    expect(calls(project)).toHaveLength(3)
    expect(calls(project)[2]?.args).toContain('--include=dev')
  })

  test('an install from before there was a choice has the tools', async () => {
    const project = makeProject()
    await run(project, ['test'])
    const { tools: _, ...made } = JSON.parse(fs.readFileSync(markerOf(project), 'utf8')) as Record<string, unknown>
    fs.writeFileSync(markerOf(project), JSON.stringify(made))
    await run(project, ['exec', 'no-such-tool'])
    expect(calls(project)).toHaveLength(1)
  })

  test.skipIf(!hasScript)('on a terminal the one line counts its seconds', async () => {
    const project = makeProject()
    // `script` takes a line for the shell: the path of Node may hold a space.
    const command = `stty cols 80; '${process.execPath}' runner/bootstrap.mjs list`
    const env = environment(project, { NPM_TAKES: '1300' })
    const { stdout } = spawnSync('script', ['-qec', command, '/dev/null'], { cwd: project, env, encoding: 'utf8' })
    const [line, ...others] = stdout.split('\r\n')
    const text = '  Installing packages once ...'
    expect(line?.split('\r')).toEqual([text, `${text} 1 s`, expect.stringMatching(/ {2}Installing .* done, [12] s$/)])
    expect(others).toHaveLength(2)
  })

  test('npm sees the environment without what the outer `npm run` put in', async () => {
    const project = makeProject()
    const outer = ['npm_config_json', 'npm_config_local_prefix', 'npm_package_name', 'npm_lifecycle_event']
    const kept = { npm_config_globalconfig: '/etc/npmrc', npm_config_https_proxy: 'http://proxy', SSL_CERT_DIR: '/x' }
    await run(project, ['list'], { env: { ...Object.fromEntries(outer.map((name) => [name, 'true'])), ...kept } })
    expect(calls(project)[0]?.env).toMatchObject(kept)
    for (const name of outer) expect(calls(project)[0]?.env).not.toHaveProperty(name)
  })

  test("yarn in npm's place is not taken for npm", async () => {
    const project = makeProject()
    const bin = path.join(project, 'fake/bin')
    fs.symlinkSync(path.join(bin, 'npm-cli.js'), path.join(bin, 'npm'))
    fs.writeFileSync(path.join(bin, 'yarn.js'), 'process.exit(9)')
    const env = { npm_execpath: path.join(bin, 'yarn.js'), PATH: `${bin}:${process.env.PATH}` }
    expect((await run(project, ['list'], { env })).code).toBe(0)
    expect(calls(project)).toHaveLength(1)
  })

  test('an npm older than 9 only fetches the pinned one', async () => {
    const project = makeProject({ npm: '6.14.18' })
    const { code, err } = await run(project, ['list'])
    expect(code).toBe(0)
    expect(err).toMatch(/^ {2}npm 6\.14 is older than .* needs\. Fetching npm 11\.\d+ once \.{3} done, \d s\n {2}Inst/)
    const folders = calls(project).map((call) => path.basename(call.cwd))
    expect(folders).toEqual([expect.stringMatching(/^npm-11.*new$/), path.basename(project)])
  })

  test.for<[words: string, sentence: RegExp]>([
    ['npm error code ENOTFOUND\nnpm error errno ENOTFOUND', /registry could not be reached \(ENOTFOUND\).*internet/s],
    ['npm error code EAI_AGAIN', /registry could not be reached \(EAI_AGAIN\)/],
    ['npm ERR! code ECONNREFUSED', /registry could not be reached \(ECONNREFUSED\)/],
    ['npm error code ETIMEDOUT', /registry could not be reached \(ETIMEDOUT\)/],
    ['npm error code ECONNRESET', /registry could not be reached \(ECONNRESET\)/],
    ['npm error code E407\nnpm error 407 Proxy Authentication Required', /proxy wants a name and a pass.*HTTPS_PROXY/s],
    ['npm error code SELF_SIGNED_CERT_IN_CHAIN', /certificate is not trusted.*NODE_EXTRA_CA_CERTS/s],
    ['npm error code EACCES\nnpm error path /home/a/.npm', /no right to write to \/home\/a\/\.npm \(EACCES\)/],
    ['npm error code EROFS', /no right to write \(EROFS\)/],
    ['npm error code EPERM', /no right to write \(EPERM\)/],
    ['npm error code ENOSPC', /disk is full \(ENOSPC\).*Free about/s],
    ['npm error code EINTEGRITY', /other content than this project pins.*cache clean/s],
    ['npm error code EUSAGE\nnpm error `npm ci` can only', /do not fit together \(EUSAGE\).*git checkout/s],
    ['npm warn EACCES in passing\nnpm error code EWHATEVER', /npm ended with exit code 1.*EWHATEVER.*names above/s],
  ])('a failed install (%s) is a sentence, exit code 3, and no marker', async ([words, sentence]) => {
    const project = makeProject()
    const { code, err, out } = await run(project, ['list'], { env: { FAIL: words } })
    expect({ code, out }).toEqual({ code: 3, out: '' })
    expect(err).toMatch(/^ {2}Installing packages once \.\.\. failed\n\n {2}The packages could not be installed: /)
    expect(err).toMatch(sentence)
    expect(err).toMatch(/run the same command again\.[^\n]*\n$/)
    expect(fs.existsSync(markerOf(project))).toBe(false)
    expect(fs.readdirSync(path.join(project, '.cache'))).not.toContain('start.lock')
  })

  test("without a network npm's own cache is tried before giving up", async () => {
    const project = makeProject()
    const { code } = await run(project, ['list'], { env: { FAIL: 'npm error code ENOTFOUND', OFFLINE_WORKS: '1' } })
    expect(code).toBe(0)
    expect(calls(project).map((call) => call.args.includes('--offline'))).toEqual([false, true])
  })

  test("npm's words are shown without its stacks and advice", async () => {
    const words = [
      'code ECONNREFUSED',
      'FetchError: request failed',
      '    at Socket.<anonymous>',
      '  port: 9,',
      '}',
      '',
      'network',
      'A complete log of this run can be found in: /x',
    ].map((line) => `npm error ${line}`)
    const { err } = await run(makeProject(), ['list'], { env: { FAIL: words.join('\n') } })
    expect(err.split('\n').filter((line) => line.startsWith('    '))).toEqual([
      '    npm error code ECONNREFUSED',
      '    npm error FetchError: request failed',
    ])
  })

  test('no npm at all is said plainly', async () => {
    const project = makeProject()
    const node = path.join(project, 'alone', 'node') // with no npm beside it
    fs.mkdirSync(path.dirname(node))
    fs.copyFileSync(process.execPath, node)
    fs.chmodSync(node, 0o755)
    const { code, err } = await run(project, ['list'], { node, env: { npm_execpath: '', PATH: '' } })
    expect(code).toBe(3)
    expect(err).toMatch(/npm was not found on this machine.*nodejs\.org/s)
  })

  test('no right to write into the project is said plainly', async () => {
    const project = makeProject()
    spawnSync('chmod', ['-R', 'a-w', project])
    const { code, err } = await run(project, ['list'], process.getuid?.() === 0 ? { uid: 65534 } : {})
    expect(code).toBe(3)
    expect(err).toMatch(/The packages could not be installed: there is no right to write to .*\.cache \(EACCES\)/)
  })
})

describe('several starts', () => {
  test('at the same moment: npm runs once, all succeed, the others say that they wait', async () => {
    const project = makeProject()
    const all = await Promise.all([1, 2, 3].map(() => run(project, ['list'], { env: { NPM_TAKES: '600' } })))
    expect(all.map((one) => one.code)).toEqual([0, 0, 0])
    expect(calls(project)).toHaveLength(1)
    const waited = /Another start is installing here\. Waiting for it \.\.\. done, \d s/
    expect(all.filter(({ err }) => waited.test(err))).toHaveLength(2)
  })

  test('the lock of a dead process is taken over, by one', async () => {
    const project = makeProject()
    const dead = spawnSync(process.execPath, ['--version']).pid
    makeLock(project, { pid: dead, host: os.hostname() })
    const all = await Promise.all([1, 2, 3].map(() => run(project, ['list'], { env: { NPM_TAKES: '300' } })))
    expect(all.map((one) => one.code)).toEqual([0, 0, 0])
    expect(calls(project)).toHaveLength(1)
    expect(fs.readdirSync(path.join(project, '.cache'))).not.toContain('start.lock')
  })

  test('a lock that nobody has touched for a minute is dead, even if its process id is in use', async () => {
    const project = makeProject()
    const owner = makeLock(project, { pid: process.pid, host: os.hostname() })
    fs.utimesSync(owner, Date.now() / 1000 - 90, Date.now() / 1000 - 90)
    expect((await run(project, ['list'])).code).toBe(0)
  })

  test('an npm that outlived its start is waited for', async () => {
    const project = makeProject()
    const env = { NPM_TAKES: '1000' }
    const first = launch(project, ['list'], { env })
    await until(() => ownerOf(project)?.npm !== undefined)
    first.child.kill('SIGKILL')
    const second = await run(project, ['list'], { env: { NPM_TAKES: '0' } })
    expect(second.err).toMatch(/Waiting for it .*Installing packages once/s)
    const [one, two] = calls(project)
    expect(two?.began).toBeGreaterThanOrEqual(one?.ended ?? Infinity)
  })
})

describe('Ctrl-C during an install', () => {
  test.for<[NodeJS.Signals, number]>([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ])('%s ends npm and all it started, frees the lock, and the next start recovers', async ([signal, exitCode]) => {
    const project = makeProject()
    const { child, ended } = launch(project, ['list'], { env: { NPM_TAKES: '60000', GRANDCHILD: '1' } })
    const pidFile = path.join(project, 'grandchild.pid')
    await until(() => fs.existsSync(pidFile) && fs.readFileSync(pidFile, 'utf8') !== '')
    child.kill(signal)
    expect(await ended).toMatchObject({ code: exitCode, err: '  Installing packages once ... stopped\n' })
    await until(() => !isRunning(Number(fs.readFileSync(pidFile, 'utf8'))))
    expect(fs.readdirSync(path.join(project, '.cache'))).not.toContain('start.lock')
    expect(fs.existsSync(markerOf(project))).toBe(false)

    expect((await run(project, ['list'])).code).toBe(0)
    expect(calls(project)).toHaveLength(2)
  })
})

describe.skipIf(!oldNode)('a Node older than the floor', () => {
  const node = oldNode ?? ''

  test('re-runs under the runtime in .cache with the same arguments and exit code, with it first on PATH', async () => {
    const project = makeProject({ installed: true })
    const runtime = addRuntime(project)
    const { code, out, err } = await run(project, ['check', '--json', 'a b'], { node, env: { EXIT: '7' } })
    expect({ code, err }).toEqual({ code: 7, err: '' })
    const answer = JSON.parse(out) as Answer
    expect(answer).toMatchObject({ argv: ['check', '--json', 'a b'], node: process.version })
    expect(path.relative(runtime, answer.firstOnPath)).toMatch(/^node_modules\/node-.*\/bin$/)
    expect(answer.npm).toBe(path.join(runtime, 'node_modules/npm/bin/npm-cli.js'))
  })

  test('fetches Node and npm once, pinned by integrity, and installs with that npm', async () => {
    const project = makeProject()
    const first = await run(project, ['check'], { node })
    expect(first.err.replaceAll(/\d+(\.\d+)?/g, '#').split('\n')).toEqual([
      '  Node # is older than this project needs. Fetching Node # once ... done, # s',
      '  Installing packages once ... done, # s',
      '',
    ])
    expect(JSON.parse(first.out)).toMatchObject({ node: process.version })
    const [fetch, install] = calls(project)
    expect(fetch?.node).not.toBe(process.version)
    expect(install).toMatchObject({ cwd: project, node: process.version })
    const folder = fs.readdirSync(path.join(project, '.cache/runtime'))
    expect(folder).toEqual([expect.stringMatching(/^node-[\d.]+-\w+-\w+$/)])
    const lock = fs.readFileSync(path.join(project, '.cache/runtime', String(folder[0]), 'package-lock.json'), 'utf8')
    expect(lock.match(/sha512-[\w+/]{86}==/g)).toHaveLength(4)
    expect(lock).not.toMatch(/https?:/)

    expect((await run(project, ['check'], { node })).err).toBe('')
    expect(calls(project)).toHaveLength(2)
  })

  test('two first starts at once fetch once', async () => {
    const project = makeProject()
    const both = await Promise.all([1, 2].map(() => run(project, ['check'], { node, env: { NPM_TAKES: '400' } })))
    expect(both.map((one) => one.code)).toEqual([0, 0])
    expect(calls(project)).toHaveLength(2)
  })

  test('a failed fetch is a sentence and leaves nothing behind', async () => {
    const project = makeProject()
    const { code, err } = await run(project, ['check'], { node, env: { FAIL: 'npm ERR! code EINTEGRITY' } })
    expect(code).toBe(3)
    expect(err).toMatch(/failed\n\n {2}Node \d+\.\d+ could not be fetched: a package arrived with other content/)
    expect(fs.readdirSync(path.join(project, '.cache/runtime'))).toEqual([])
  })

  test('a fetched Node that does not start here is not kept', async () => {
    const project = makeProject()
    const { code, err } = await run(project, ['check'], { node, env: { BROKEN_NODE: '1' } })
    expect(code).toBe(3)
    expect(err).toMatch(/was fetched but does not start on this machine: .*GLIBC.*Install Node 24/s)
    expect(fs.readdirSync(path.join(project, '.cache/runtime'))).toEqual([])
  })

  test('Ctrl-C while fetching: 130, nothing half made, the next start recovers', async () => {
    const project = makeProject()
    const { child, ended } = launch(project, ['check'], { node, env: { NPM_TAKES: '60000' } })
    await until(() => calls(project).length === 1)
    child.kill('SIGINT')
    expect((await ended).code).toBe(130)
    expect(fs.readdirSync(path.join(project, '.cache/runtime'))).toEqual([])
    expect((await run(project, ['check'], { node })).code).toBe(0)
  })

  test('passes signals on: a main that handles one decides, one that does not ends us the same way', async () => {
    const project = makeProject({ installed: true })
    addRuntime(project)
    const handling = launch(project, ['check'], { node, env: { ON_SIGINT: '5' } })
    await says(handling.child, 'up')
    handling.child.kill('SIGINT')
    expect(await handling.ended).toMatchObject({ code: 5, signal: null })

    const plain = launch(project, ['check'], { node, env: { HANG: '1' } })
    await says(plain.child, 'up')
    plain.child.kill('SIGHUP')
    expect(await plain.ended).toMatchObject({ code: null, signal: 'SIGHUP' })
  })
})
