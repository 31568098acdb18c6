import { describe, expect, test } from 'vitest'
import { fasterLine, launcherFrom } from './faster.ts'
import { readSettings } from './settings.ts'

describe('the launcher as it is called from', () => {
  test.each([
    ['/p/gym', '/p/gym', './gym'],
    ['/p/gym', '/p/gym/workspace/hello-gym', '../../gym'],
    ['/p/gym', '/p/gym/workspace/hello-gym/src', '../../../gym'],
    ['/p/my gym', '/home/ada', `'/p/my gym/gym'`],
  ])('the project %s, standing in %s: %s', (root, startedIn, expected) =>
    expect(launcherFrom({ root, startedIn })).toBe(expected),
  )
})

describe('the faster way is named', () => {
  const settings = { ...readSettings({ json: false, plain: false }), root: '/p', startedIn: '/p', interactive: true }

  test('to a person who waited for an old Node', () =>
    expect(fasterLine({ ...settings, oldNode: '20.20' }, 'check')).toBe(
      '  Faster  ./gym check, without npm and without Node 20.20 first\n',
    ))

  test('not where no Node was old', () => expect(fasterLine({ ...settings, oldNode: null }, 'check')).toBe(''))

  test('not in a log, and not to a program', () =>
    expect(fasterLine({ ...settings, oldNode: '20.20', interactive: false }, 'check')).toBe(''))
})
