import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { makeFolder, stubEnvironment, useHostileSetup } from './git-fixtures.ts'
import {
  gitEnvironment,
  gitFlags,
  pushEnvironment,
  pushFlags,
  strangersEnvironment,
  strangersFlags,
} from './git-environment.ts'

test('gitEnvironment: inside a git hook: no GIT_ variable of the outer git is left', () => {
  stubEnvironment({ GIT_DIR: '/else/.git', GIT_WORK_TREE: '/else', GIT_INDEX_FILE: 'x', GIT_TRACE: '1' })
  const env = gitEnvironment()
  expect(env).not.toHaveProperty('GIT_DIR')
  expect(env).not.toHaveProperty('GIT_WORK_TREE')
  expect(env).not.toHaveProperty('GIT_INDEX_FILE')
  expect(env).not.toHaveProperty('GIT_TRACE')
  expect(env['PATH']).toBe(process.env['PATH'])
})

test('gitEnvironment: with more variables: they outrank everything', () => {
  stubEnvironment({ GIT_INDEX_FILE: 'theirs' })
  expect(gitEnvironment({ GIT_INDEX_FILE: 'ours' })['GIT_INDEX_FILE']).toBe('ours')
})

test('gitFlags and gitEnvironment: a set-up full of settings: git sees only ours', () => {
  useHostileSetup()
  const args = [...gitFlags, 'config', '--list', '--show-origin']
  const listed = execFileSync('git', args, { cwd: makeFolder(), env: gitEnvironment(), encoding: 'utf8' })
  const ours = /^command line:|^file:.*adapters\/git\/home\/\.gitconfig|^$/
  expect(listed.split('\n').filter((line) => !ours.test(line))).toEqual([])
})

test('gitEnvironment: HOME is missing: git runs and has our home', () => {
  stubEnvironment({ HOME: undefined, XDG_CONFIG_HOME: undefined, USERPROFILE: undefined })
  const env = gitEnvironment()
  expect(env['HOME']).toMatch(/adapters\/git\/home$/)
  const value = execFileSync('git', ['config', '--global', 'safe.directory'], { env, encoding: 'utf8' })
  expect(value).toBe('*\n')
})

test('strangersEnvironment: variables of the machine and of a user: none but the way to programs is left', () => {
  stubEnvironment({ GYM_SECRET: 'x', GIT_CONFIG_COUNT: '1', SSH_AUTH_SOCK: '/agent', HOME: '/home/ada' })
  const env = strangersEnvironment({ repository: '/ours.git', protocols: 'none', ssh: false })
  expect(Object.keys(env).filter((name) => /SECRET|COUNT|SSH_AUTH/.test(name))).toEqual([])
  expect(env).toMatchObject({
    HOME: '/ours.git',
    GIT_DIR: '/ours.git',
    GIT_ALLOW_PROTOCOL: 'none',
    GIT_NO_LAZY_FETCH: '1',
  })
})

test('pushEnvironment: a push from inside a hook: the keys stay, the outer repository does not', () => {
  stubEnvironment({ GIT_WORK_TREE: '/else', GIT_SSH_COMMAND: 'ssh -i key', SSH_AUTH_SOCK: '/agent' })
  const env = pushEnvironment('/scratch')
  expect(env).toMatchObject({ GIT_DIR: '/scratch', GIT_SSH_COMMAND: 'ssh -i key', SSH_AUTH_SOCK: '/agent' })
  expect(env).not.toHaveProperty('GIT_WORK_TREE')
})

test.each([
  ['ours', gitFlags],
  ['strangers', strangersFlags],
  ['push', pushFlags],
])('flags for %s: a hook in the repository: it never runs', (_, flags) => {
  expect(flags.join(' ')).toMatch(/^-c core\.hooksPath=\/dev\/null /)
})
