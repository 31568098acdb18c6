import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { makeFolder, stubEnvironment, useHostileSetup } from './git-fixtures.ts'
import { gitEnvironment, gitFlags } from './git-environment.ts'

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
