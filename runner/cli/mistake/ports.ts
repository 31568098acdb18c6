import type { MistakePorts } from '../../app/mistake-draft.ts'
import type { Context } from '../context.ts'

export const mistakePorts = async (context: Context): Promise<MistakePorts> => ({
  source: context.source,
  solutions: await context.solutions(),
  mistakeFiles: await context.mistakeFiles(),
  trees: context.trees,
})
