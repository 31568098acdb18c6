import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { makeFolder, writeScript } from '../adapters/git/git-fixtures.ts'
import { pagerFor, showInPager } from './pager.ts'

const all = (name: string): string => `/bin/${name}`

test.each([
  [{ PAGER: 'most -s' }, ['/bin/most', '-s']],
  [{ GYM_PAGER: 'bat', PAGER: 'most' }, ['/bin/bat']],
  [{}, ['/bin/less']],
  [{ PAGER: 'cat' }, null],
])('the pager of %j', (env, command) => expect(pagerFor(env as NodeJS.ProcessEnv, all)).toEqual(command))

test('without less it is more, without both none', () => {
  expect(pagerFor({}, (name) => (name === 'more' ? '/bin/more' : null))).toEqual(['/bin/more'])
  expect(pagerFor({}, () => null)).toBe(null)
})

test('the text goes through it; one that does not start, or ends early, is no fault', async () => {
  const folder = makeFolder()
  const [takes, leaves] = [join(folder, 'takes'), join(folder, 'leaves')]
  writeScript(takes, `cat > '${folder}/read'`)
  writeScript(leaves, 'exit 0')
  expect(await showInPager([takes], 'all of it')).toBe(true)
  expect(readFileSync(join(folder, 'read'), 'utf8')).toBe('all of it')
  expect(await showInPager([leaves], 'x'.repeat(1_000_000))).toBe(true)
  expect(await showInPager([join(folder, 'none')], 'x')).toBe(false)
})
