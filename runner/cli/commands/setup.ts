import { packs } from '../../adapters/packs/packs.ts'
import type { PackId } from '../../domain/exercise.ts'
import { RunnerError } from '../../errors/runner-error.ts'
import type { Answer, Command, Input } from '../command.ts'
import type { Context } from '../context.ts'

const ids = Object.keys(packs) as PackId[]

export const setup: Command = {
  summary: 'Installs optional parts (packs) that some exercises need; afterwards they work without a network.',
  usage: '[pack…] [--all] [--list]',
  details: ['--all     every pack', '--list    what there is, how large, and whether it is here'],
  options: { all: { type: 'boolean' }, list: { type: 'boolean' } },
  words: 100,
  run: setUp,
}

async function setUp(context: Context, { options, words }: Input): Promise<Answer> {
  const unknown = words.find((w) => !ids.includes(w as PackId))
  if (unknown !== undefined) throw new RunnerError('unknown-pack', { pack: unknown, packs: ids.join(', ') })
  const wanted = options['all'] === true ? ids : (words as PackId[])
  if (options['list'] === true || wanted.length === 0) return listing(context)
  for (const id of wanted.filter((w) => !packs[w].ready(context.settings.cache))) {
    context.say(`  Installing ${packs[id].title}, ${packs[id].size} …`)
    await packs[id].install(context.settings.cache)
  }
  const text = `\n${wanted.map((id) => `  ✓ ready    ${id}   ${packs[id].title}`).join('\n')}\n\n  Then    npm run next\n`
  return { exitCode: 0, json: { installed: wanted }, text }
}

function listing({ settings: { cache } }: Context): Answer {
  const entries = ids.map((id) => {
    const { title, size, license, version, for: purpose, ready } = packs[id]
    return { id, title, for: purpose, size, license, version, ready: ready(cache) }
  })
  const rows = entries.flatMap((e) => [`  ${e.ready ? '✓ ready  ' : '– missing'}  ${e.id.padEnd(10)} ${e.title}, ${e.size}, ${e.license}`, `               for ${e.for}`])
  return { exitCode: 0, json: { packs: entries }, text: ['', ...rows, '', '  Get it  npm run setup -- <pack>    or: npm run setup -- --all', ''].join('\n') }
}
