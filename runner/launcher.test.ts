// The launcher at the top of the project, `gym`, from outside: which Node it chooses, and that it is nothing in between.
import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { afterEach, describe, expect, test, vi } from 'vitest'
import {
  addRuntime,
  addTool,
  calls,
  environment,
  launch,
  makeProject,
  markerOf,
  oldNode,
  platform,
  removeProjects,
  run,
  says,
  type Answer,
} from './bootstrap-fixtures.ts'

vi.setConfig({ testTimeout: 30_000 }) // real processes, on a machine that may be busy
afterEach(removeProjects)

/** A folder with a `node` for PATH: this test's own, or another program. */
function folderWithNode(project: string, program?: string): string {
  const folder = path.join(path.dirname(project), 'bin')
  fs.mkdirSync(folder)
  if (program) fs.writeFileSync(path.join(folder, 'node'), program, { mode: 0o755 })
  else fs.symlinkSync(process.execPath, path.join(folder, 'node'))
  return folder
}
const onPath = (folder: string): { PATH: string } => ({ PATH: `${folder}:/usr/bin:/bin` })
const answerOf = ({ out }: { out: string }): Answer => JSON.parse(out) as Answer

/** Says that it is too old, and so must not have been asked. */
const refusing = '#!/bin/sh\necho "this Node was started" >&2\nexit 9\n'

describe('everything in place', () => {
  test('arguments without dashes, input, exit code and process are those of the command', async () => {
    const project = makeProject({ installed: true })
    const argv = ['check', '--json', 'two words', 'ü', '--', '*']
    const env = { ...onPath(folderWithNode(project)), EXIT: '7' }
    const { child, ended } = launch(project, argv, { command: './gym', env })
    const end = await ended
    expect({ ...end, out: '' }).toEqual({ code: 7, signal: null, out: '', err: '' })
    // The same process, so that signals, Ctrl-Z and the terminal are the command's.
    expect(answerOf(end)).toMatchObject({ argv, pid: child.pid, node: process.version, launcher: './gym' })
    expect(calls(project)).toEqual([])
  })

  test('from another folder it runs in the project and says where it was called, and by which name', async () => {
    const project = makeProject({ installed: true })
    const workspace = path.join(project, 'workspace/hello-gym')
    fs.mkdirSync(workspace, { recursive: true })
    const options = { command: '../../gym', cwd: workspace, env: onPath(folderWithNode(project)) }
    const expected = { cwd: project, initCwd: workspace, launcher: '../../gym' }
    // A value that another start has left in the environment does not count.
    for (const INIT_CWD of ['', '/somewhere'])
      expect(
        answerOf(await run(project, ['next'], { ...options, env: { ...options.env, PWD: workspace, INIT_CWD } })),
      ).toMatchObject(expected)
  })

  test('through links, absolute and relative, and from PATH under its bare name', async () => {
    const project = makeProject({ installed: true })
    const bin = folderWithNode(project)
    fs.symlinkSync(path.join(project, 'gym'), path.join(bin, 'there'))
    fs.symlinkSync('there', path.join(bin, 'gym'))
    const env = onPath(bin)
    const typed = await run(project, ['next'], { command: path.join(bin, 'there'), cwd: '/', env })
    expect(answerOf(typed)).toMatchObject({ cwd: project, initCwd: '/', launcher: path.join(bin, 'there') })
    const found = await run(project, ['next'], { command: path.join(bin, 'gym'), cwd: '/', env })
    expect(answerOf(found)).toMatchObject({ cwd: project, initCwd: '/', launcher: 'gym' })
  })

  test('a tool that it starts is not told of the launcher', async () => {
    const project = makeProject({ installed: true })
    addTool(project, 'console.log(JSON.stringify([process.env.GYM_LAUNCHER, process.cwd(), ...process.argv.slice(2)]))')
    const env = onPath(folderWithNode(project))
    const { out } = await run(project, ['exec', 'tool', '--flag'], { command: './gym', env })
    expect(JSON.parse(out)).toEqual([null, project, '--flag'])
  })

  test('a signal meets the command itself', async () => {
    const project = makeProject({ installed: true })
    const env = onPath(folderWithNode(project))
    const handling = launch(project, ['check'], { command: './gym', env: { ...env, ON_SIGINT: '5' } })
    await says(handling.child, 'up')
    handling.child.kill('SIGINT')
    expect(await handling.ended).toMatchObject({ code: 5, signal: null })

    const plain = launch(project, ['check'], { command: './gym', env: { ...env, HANG: '1' } })
    await says(plain.child, 'up')
    plain.child.kill('SIGTERM')
    expect(await plain.ended).toMatchObject({ code: null, signal: 'SIGTERM' })
  })
})

describe('something missing', () => {
  test('packages are installed first; a lockfile with new words installs again', async () => {
    const project = makeProject()
    const options = { command: './gym', env: onPath(folderWithNode(project)) }
    expect((await run(project, ['next'], options)).err).toContain('Installing packages once')
    expect((await run(project, ['next'], options)).err).toBe('')
    fs.appendFileSync(path.join(project, 'package-lock.json'), '\n')
    expect((await run(project, ['next'], options)).err).toContain('Installing packages once')
    fs.rmSync(markerOf(project))
    expect((await run(project, ['next'], options)).err).toContain('Installing packages once')
    expect(calls(project)).toHaveLength(3)
  })

  test('no Node at all: a sentence with what to install, exit code 3', () => {
    const project = makeProject()
    const { status, stdout, stderr } = spawnSync('./gym', ['next'], {
      cwd: project,
      env: { ...environment(project, {}), PATH: path.join(project, 'nothing') },
      encoding: 'utf8',
    })
    expect({ status, stdout }).toEqual({ status: 3, stdout: '' })
    expect(stderr).toMatch(
      /^\n {2}Node\.js was not found.*\n {2}Install Node 24 or newer .* the same command again\.\n$/,
    )
  })
})

describe.skipIf(!oldNode)('an old Node on PATH', () => {
  test('fetches Node at the first start and is never started again', async () => {
    const project = makeProject()
    const bin = path.join(path.dirname(project), 'bin')
    fs.mkdirSync(bin)
    fs.symlinkSync(String(oldNode), path.join(bin, 'node'))
    const first = await run(project, ['next'], { command: './gym', env: onPath(bin) })
    expect(first.err).toMatch(/Fetching Node .*Installing packages once/s)
    expect(answerOf(first)).toMatchObject({ node: process.version, launcher: './gym' })

    fs.rmSync(path.join(bin, 'node'))
    fs.writeFileSync(path.join(bin, 'node'), refusing, { mode: 0o755 })
    const second = await run(project, ['next'], { command: './gym', env: onPath(bin) })
    expect({ code: second.code, err: second.err }).toEqual({ code: 0, err: '' })
    expect(calls(project)).toHaveLength(2)
  })

  test('the fetched Node and its npm come first on PATH, as they do through npm', async () => {
    const project = makeProject({ installed: true })
    const runtime = addRuntime(project)
    const env = onPath(folderWithNode(project, refusing))
    const throughGym = answerOf(await run(project, ['next'], { command: './gym', env }))
    const throughNpm = answerOf(await run(project, ['next'], { node: String(oldNode), env }))
    expect(path.relative(runtime, throughGym.firstOnPath)).toMatch(/^node_modules\/node-.*\/bin$/)
    expect(throughGym.npm).toBe(path.join(runtime, 'node_modules/npm/bin/npm-cli.js'))
    const same = ({ firstOnPath, npm, execPath, cwd, node }: Answer): object => ({
      firstOnPath,
      npm,
      execPath,
      cwd,
      node,
    })
    expect(same(throughGym)).toEqual(same(throughNpm))
    expect([throughGym.oldNode, throughNpm.oldNode]).toEqual([undefined, expect.stringMatching(/^\d+\.\d+$/)])
  })

  test('the newest of several fetched ones is taken, and none of another system', async () => {
    const project = makeProject({ installed: true })
    const env = onPath(folderWithNode(project, refusing))
    const runtime = addRuntime(project)
    const place = (folder: string, program: string): void => {
      const bin = path.join(path.dirname(runtime), folder, 'node_modules/node-x/bin')
      fs.mkdirSync(bin, { recursive: true })
      fs.writeFileSync(path.join(bin, 'node'), program, { mode: 0o755 })
    }
    place(`node-14.0.0-${platform}`, refusing)
    place('node-99.0.0-sunos-sparc', refusing)
    expect(await run(project, ['next'], { command: './gym', env })).toMatchObject({ code: 0, err: '' })
    place(`node-98.0.0-${platform}`, '#!/bin/sh\necho "$0 $1"\n')
    expect((await run(project, ['next'], { command: './gym', env })).out).toContain('node-98.0.0')
  })
})

describe('gym.cmd, by reading it', () => {
  const text = fs.readFileSync(path.join(import.meta.dirname, '..', 'gym.cmd'), 'utf8')

  test('does what gym does: the same words, variables, Node and program', () => {
    const sh = fs.readFileSync(path.join(import.meta.dirname, '..', 'gym'), 'utf8')
    const sentences = [...sh.matchAll(/echo '([^']+)'/g)].map(([, words]) => String(words))
    expect(sentences).toHaveLength(2)
    for (const words of sentences) expect(text.replaceAll('^', '')).toContain(words)
    expect(text).toMatch(/set "GYM_LAUNCHER=%~0"\nset "INIT_CWD=%CD%"\ncd \/d "%~dp0"/)
    expect(text).toContain(String.raw`.cache\runtime\node-*-win32-x64`)
    expect(text).toMatch(/"%GYM_NODE%" runner\\bootstrap\.mjs %\*\nexit \/b %ERRORLEVEL%\n$/)
  })

  test('quotes every path, and keeps its variables to itself', () => {
    expect(text).toMatch(/^@echo off\n.*\nsetlocal DisableDelayedExpansion\n/)
    const uses = text.replace('for /d %%d in', '').matchAll(/.?%(%d|GYM_NODE%|~dp0)/g)
    for (const [use] of uses) expect(use).toMatch(/^["=]/)
  })
})
