import { appendFileSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { makeProject } from './project-fixtures.ts'

test('an exercise that changes in the project after it was started', { timeout: 120_000 }, async () => {
  const project = makeProject()
  await project.gym(['next'])
  const json = async (...args: string[]) => (await project.gym([...args, '--json'])).json()
  const exercise = join(project.root, 'exercises/languages/hello-gym')
  expect(await json('check')).toMatchObject({ warnings: [] })
  expect(await json('diff', '--upstream')).toMatchObject({ diff: '' })
  appendFileSync(join(exercise, 'README.md'), '\nA new sentence.\n')
  const starter = join(exercise, 'starter/ts/src/main.ts')
  writeFileSync(starter, `// upstream\n${readFileSync(starter, 'utf8')}`)

  const told = [expect.stringMatching(/has changed in the project since.*README\.md, src\/main\.ts.*--upstream/)]
  expect(await json('check')).toMatchObject({ warnings: told })
  expect((await project.gym(['next'])).stdout.replace(/\s+/g, ' ')).toMatch(/Note hello-gym has changed in the project/)
  const shown = await json('show')
  expect(shown).toMatchObject({ changed: ['README.md', 'src/main.ts'] })
  expect(shown['brief']).not.toContain('A new sentence.')
  expect((await project.gym(['list'])).stdout.replace(/\s+/g, ' ')).toMatch(/changed since you started it/)
  expect(await json('list')).toMatchObject({ areas: [{ exercises: [{ slug: 'hello-gym', changed: true }] }] })
  expect((await json('diff', '--upstream'))['diff']).toMatch(/^\+A new sentence\.$/m)
  expect(await json('diff')).toMatchObject({ diff: '' })

  await project.gym(['reset'])
  expect(await json('diff')).toMatchObject({ diff: '' })
  expect(await json('check')).toMatchObject({ warnings: [] })
  expect((await json('show'))['brief']).toContain('A new sentence.')
})

test('an exercise that is renamed in the project: known by its workspace', { timeout: 60_000 }, async () => {
  const project = makeProject()
  await project.gym(['next'])
  const area = join(project.root, 'exercises/languages')
  renameSync(join(area, 'hello-gym'), join(area, 'hello-you'))
  const manifest = join(area, 'hello-you/exercise.json')
  writeFileSync(manifest, readFileSync(manifest, 'utf8').replace('"hello-gym"', '"hello-you"'))
  writeFileSync(
    join(area, 'area.json'),
    JSON.stringify({ title: 'Languages', summary: 'A fixture', exercises: ['hello-you'] }),
  )
  for (const args of [['check'], ['show', 'hello-gym'], ['next', 'hello-gym']])
    expect((await project.gym([...args, '--json'])).json()).toMatchObject({ error: { code: 'exercise-gone' } })
  expect((await project.gym(['list', '--json'])).json()).toMatchObject({ gone: [{ slug: 'hello-gym', best: 25 }] })
  expect((await project.gym(['list'])).stdout).toMatch(/No longer in this project/)
  expect((await project.gym(['next', '--json'])).json()).toMatchObject({ slug: 'hello-you' })
})
