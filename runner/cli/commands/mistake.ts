import type { Command } from '../command.ts'
import { answerFor } from '../mistake/choose.ts'

export const mistake: Command = {
  summary: 'Shows the wrong answers of an exercise, runs the suite on one, and writes them.',
  usage: '<slug> [<id>] [--lang L] [--save] [--new <id>] [--refresh [--from COMMIT]]',
  details: [
    'slug       list the mistakes of an exercise: what each breaks, and which hints are true of it',
    'id         lay one out below .cache/, show what is wrong in it, and run the suite on it',
    '--lang     in this language only; one that the mistake lacks is laid out from the reference',
    '--save     write what stands there as its patch',
    '--new      lay the reference out for a new mistake of this id',
    '--refresh  after a change of the reference: bring every patch onto it, three-way',
    '--from     with --refresh: the commit whose reference the patches were made from; without it HEAD',
  ],
  options: {
    lang: { type: 'string' },
    save: { type: 'boolean' },
    new: { type: 'string' },
    refresh: { type: 'boolean' },
    from: { type: 'string' },
  },
  words: 2,
  run: async (context, input) => {
    try {
      return await answerFor(context, input)
    } finally {
      context.trees.clear()
    }
  },
}
