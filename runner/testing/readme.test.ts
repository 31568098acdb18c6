import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { format, resolveConfig } from 'prettier'
import { expect, test } from 'vitest'
import { catalogSource } from '../adapters/files/catalog-source.ts'
import { languageName, languagesOf } from '../domain/exercise/exercise.ts'

const root = join(import.meta.dirname, '../..')
const readme = join(root, 'README.md')

/** The rows of README's table, from the manifests and the areas' order. */
function tableOfExercises(): string {
  const { catalog } = catalogSource(root).load()
  const rows = catalog.areas.flatMap((area) =>
    area.exercises.map(({ slug, title, minutes, languages }) => {
      const names = languagesOf({ languages }).map(languageName).join(', ')
      return `| ${area.title} | \`${slug}\` | ${title} | ${minutes} min | ${names} |`
    }),
  )
  return ['| area | exercise | what it is about | time | languages |', '| --- | --- | --- | --- | --- |', ...rows].join(
    '\n',
  )
}

/** `npm run unit -- runner/testing/readme -u` writes it. */
test('README’s table of exercises is what the catalog holds', async () => {
  const text = readFileSync(readme, 'utf8')
  const marked = /(<!-- exercises -->\n)[\s\S]*?(\n<!-- \/exercises -->)/
  expect(text).toMatch(marked)
  const written = text.replace(marked, (_, begin: string, end: string) => `${begin}\n${tableOfExercises()}\n${end}`)
  const options = { ...(await resolveConfig(readme)), parser: 'markdown' }
  await expect(await format(written, options)).toMatchFileSnapshot(readme)
})
