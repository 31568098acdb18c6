import { expect, test } from 'vitest'
import type { ReadinessItem } from '../../app/ports.ts'
import { toolsOf } from './open-grader.ts'

const item = (id: string, version: string | null): ReadinessItem => ({
  id,
  ready: version !== null,
  version,
  needs: '',
  howToInstall: '',
})

test('what makes a result another one: git and the languages, not how the command was started or which packs lie there', () => {
  const here = [item('git', '2.47.3'), item('python', '3.11.7'), item('ruby', null)]
  expect(toolsOf(here)).toBe('git 2.47.3, python 3.11.7, ruby none')
  expect(toolsOf([...here, item('npm', '11.0.0'), item('redis', 'valkey (pack)'), item('azurite', null)])).toBe(
    toolsOf(here),
  )
  expect(toolsOf([item('git', '2.48.0'), ...here.slice(1)])).not.toBe(toolsOf(here))
})
