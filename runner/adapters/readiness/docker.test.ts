import { join } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import { makeFolder, writeScript } from '../git/git-fixtures.ts'
import { dockerItem } from './docker.ts'

afterEach(() => void vi.unstubAllEnvs())

function withDocker(body: string | null): void {
  const folder = makeFolder()
  if (body !== null) writeScript(join(folder, 'docker'), body)
  vi.stubEnv('PATH', `${folder}${body === null ? '' : `:${process.env['PATH']}`}`)
}

test.each([
  ['no client', null, false, /docs\.docker\.com/],
  ['a client without its daemon', 'echo "Cannot connect to the Docker daemon" >&2; exit 1', false, /daemon does not/],
  ['both', 'echo 29.1.0', true, /^$/],
])('doctor on docker: %s', async (_, script, ready, howToInstall) => {
  withDocker(script)
  const item = await dockerItem()
  expect(item).toMatchObject({ ready, optional: true, version: ready ? '29.1.0' : null })
  expect(item.howToInstall).toMatch(howToInstall)
})
