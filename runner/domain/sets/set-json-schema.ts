import { toJsonSchema } from '@valibot/to-json-schema'
import { setSchema } from './set.ts'

/**
 * The set file's JSON Schema (draft 2020-12) for editors, made from the schema that reads it. Checks of ours (is it a
 * day, does an id stand twice) have no word in JSON Schema and are left to `set check`.
 */
export const setJsonSchema = (): Record<string, unknown> => ({
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'Backend Gym: set file',
  description:
    'Exercises given out together, and the rules they are graded by. Check a file with: npm run set -- check FILE',
  ...toJsonSchema(setSchema, { target: 'draft-2020-12', typeMode: 'input', ignoreActions: ['check', 'trim'] }),
})
