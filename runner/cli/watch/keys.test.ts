import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { describe, expect, it, onTestFinished } from 'vitest'
import { editorCommand } from './editor.ts'
import { keysIn, openKeyboard, type Key } from './keyboard.ts'
import { listStep, shownItems, type ListState } from './list-screen.ts'

describe('keys', () => {
  it.each([
    ['h', ['h']],
    ['\u001b[A\u001b[B', ['up', 'down']],
    ['\u0003', ['interrupt']],
    ['\u001a', ['suspend']],
    ['\u001b', ['escape']],
    ['\u001b[15~x', ['x']],
    ['ü\r', ['ü', 'enter']],
  ])('%j is %j', (text, keys) => expect(keysIn(text)).toEqual(keys))

  it('without a terminal a line is the keys it holds, and the end of the input is the end', async () => {
    const input = new PassThrough()
    const keys: Key[] = []
    const keyboard = openKeyboard(input as unknown as NodeJS.ReadStream, (key) => keys.push(key))
    expect(keyboard.raw).toBe(false)
    input.write('r\n')
    input.write('\n')
    input.end()
    await new Promise((resolve) => setTimeout(resolve, 10))
    expect(keys).toEqual(['r', 'enter', 'interrupt'])
    keyboard.close()
  })
})

describe('with --plain on a terminal', () => {
  it('a key counts with its Enter, and that Enter is no key of its own', async () => {
    const input = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => expect.fail('raw keys') })
    const keys: Key[] = []
    const keyboard = openKeyboard(input as unknown as NodeJS.ReadStream, (key) => keys.push(key), true)
    input.write('l\n')
    await new Promise((resolve) => setTimeout(resolve, 10))
    expect(keys).toEqual(['l'])
    keyboard.close()
  })
})

describe('the editor that is running', () => {
  const all = (name: string): string => `/bin/${name}`
  it.each([
    [{ TERM_PROGRAM: 'vscode' }, ['/bin/code', '--reuse-window', '--goto', 'f.ts']],
    [{ TERM_PROGRAM: 'vscode', CURSOR_TRACE_ID: '1' }, ['/bin/cursor', '--reuse-window', '--goto', 'f.ts']],
    [{ ZED_TERM: 'true' }, ['/bin/zed', 'f.ts']],
    [{ TERMINAL_EMULATOR: 'JetBrains-JediTerm' }, ['/bin/idea', 'f.ts']],
    [{ EDITOR: '/usr/bin/code --wait' }, ['/bin/code', '--reuse-window', '--goto', 'f.ts']],
    [{ GYM_EDITOR: 'subl', TERM_PROGRAM: 'vscode' }, ['/bin/subl', 'f.ts']],
  ])('%j', (env, command) => expect(editorCommand(env, 'f.ts', all)?.command).toEqual(command))

  it.each([
    [{ EDITOR: 'vim' }, ['/bin/vim', 'f.ts']],
    [{ VISUAL: 'nano' }, ['/bin/nano', 'f.ts']],
    [{ EDITOR: 'emacs -nw' }, ['/bin/emacs', '-nw', 'f.ts']],
  ])('one that draws in this terminal is started with it to itself: %j', (env, command) =>
    expect(editorCommand(env as NodeJS.ProcessEnv, 'f.ts', all)).toMatchObject({ command, inTerminal: true }),
  )

  it('one that is named by its path need not be on PATH', () => {
    expect(editorCommand({ EDITOR: process.execPath }, 'f.ts', () => null)?.command).toEqual([process.execPath, 'f.ts'])
  })

  it('a path may hold blanks: bare where it is all there is, in quotes beside arguments', () => {
    const folder = mkdtempSync(join(tmpdir(), 'gym-editor-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    const editor = join(folder, 'my editor é')
    writeFileSync(editor, '')
    const command = (EDITOR: string): string[] | undefined => editorCommand({ EDITOR }, 'f.ts', () => null)?.command
    expect(command(editor)).toEqual([editor, 'f.ts'])
    expect(command(`"${editor}" --wait`)).toEqual([editor, '--wait', 'f.ts'])
    expect(command(`'${editor}' -c 'set nu'`)).toEqual([editor, '-c', 'set nu', 'f.ts'])
  })

  it('none where nothing is set, or what is set is not installed', () => {
    expect(editorCommand({}, 'f.ts', all)).toBe(null)
    expect(editorCommand({ EDITOR: 'vim' }, 'f.ts', () => null)).toBe(null)
  })

  it('takes the next wish where one is not installed', () => {
    const onlyZed = (name: string): string | null => (name === 'zed' ? '/bin/zed' : null)
    expect(editorCommand({ TERM_PROGRAM: 'vscode', EDITOR: 'zed' }, 'f.ts', onlyZed)?.name).toBe('zed')
  })
})

describe('the list', () => {
  const state: ListState = {
    all: [
      { slug: 'hello-gym', area: 'languages', minutes: 1, state: 'passed' },
      { slug: 'pg-one', area: 'databases', minutes: 30, state: 'started' },
      { slug: 'pg-two', area: 'databases', minutes: 30, state: 'new' },
      { slug: 'pg-left', area: 'databases', minutes: 30, state: 'skipped' },
    ],
    filter: 'all',
    search: '',
    searching: false,
    selected: 0,
  }
  const after = (keys: Key[]): ListState =>
    keys.reduce((s, key) => {
      const step = listStep(s, key)
      return step.kind === 'stay' ? step.state : s
    }, state)
  const slugs = (s: ListState): string[] => shownItems(s).map((i) => i.slug)

  it('moves and stays inside', () => {
    expect(after(['down', 'j']).selected).toBe(2)
    expect(after(['down', 'down', 'down', 'down']).selected).toBe(3)
    expect(after(['up', 'k']).selected).toBe(0)
  })

  it('filters in turn', () => {
    expect(slugs(after(['f']))).toEqual(['pg-one', 'pg-two', 'pg-left'])
    expect(slugs(after(['f', 'f']))).toEqual(['pg-one'])
    expect(slugs(after(['f', 'f', 'f']))).toEqual(['pg-left'])
    expect(slugs(after(['f', 'f', 'f', 'f']))).toEqual(['hello-gym'])
    expect(slugs(after(['f', 'f', 'f', 'f', 'f']))).toHaveLength(4)
  })

  it('searches; letters are no commands then', () => {
    expect(slugs(after(['/', 'p', 'g', '-', 't', 'f', 'backspace']))).toEqual(['pg-two'])
    expect(slugs(after(['/', 'p', 'g', 'escape']))).toHaveLength(4)
  })

  it('chooses what is selected, and nothing where nothing fits', () => {
    expect(listStep(after(['down']), 'enter')).toEqual({ kind: 'chosen', slug: 'pg-one' })
    expect(listStep(after(['/', 'z', 'enter']), 'enter').kind).toBe('stay')
    expect(listStep(state, 'escape')).toEqual({ kind: 'back' })
  })
})
