import { installPack, removePack } from '../../adapters/packs/install-pack.ts'
import { isInstalled, isReady, packIds, packOf } from '../../adapters/packs/packs.ts'
import type { PackId } from '../../domain/exercise/exercise.ts'
import { RunnerError } from '../../errors/runner-error.ts'
import { renderInstalled, renderPacks, renderRemoved } from '../../ui/terminal/setup.ts'
import type { Answer, Command, Input } from '../command.ts'
import type { Context } from '../context.ts'
import { installBar } from '../install-bar.ts'

export const setup: Command = {
  summary: 'Installs optional parts (packs) that some exercises need; afterwards they work without a network.',
  usage: '[pack…] [--all] [--list] [--remove]',
  details: [
    '--all     every pack',
    '--list    what there is, how large, and whether it is here',
    '--remove  take the named packs off this machine again',
  ],
  options: { all: { type: 'boolean' }, list: { type: 'boolean' }, remove: { type: 'boolean' } },
  words: 100,
  run: setUp,
}

async function setUp(context: Context, { options, words }: Input): Promise<Answer> {
  const unknown = words.find((w) => !packIds.includes(w as PackId))
  if (unknown !== undefined) throw new RunnerError('unknown-pack', { pack: unknown, packs: packIds.join(', ') })
  const wanted = options['all'] === true ? packIds : (words as PackId[])
  if (options['list'] === true || wanted.length === 0) return listing(context)
  return options['remove'] === true ? remove(context, wanted) : install(context, wanted)
}

async function install(context: Context, wanted: readonly PackId[]): Promise<Answer> {
  const { cache } = context.settings
  for (const id of wanted.filter((w) => !isReady(cache, w))) await installShown(context, id)
  const packs = wanted.map((id) => ({ id, title: packOf(id).title, installed: isInstalled(cache, id) }))
  return { exitCode: 0, json: { installed: wanted }, text: renderInstalled(packs, context.settings) }
}

/** Installs one pack with a bar that grows with what is on disk. */
export async function installShown(context: Context, id: PackId): Promise<void> {
  const bar = installBar(context.settings, id, packOf(id))
  try {
    await installPack(context.settings.cache, id, {
      onProgress: bar.show,
      onWait: () => context.say(`  Another run is installing ${id}. Waiting for it …`),
    })
  } finally {
    bar.clear()
  }
}

async function remove(context: Context, wanted: readonly PackId[]): Promise<Answer> {
  const { cache } = context.settings
  const removed: PackId[] = []
  for (const id of wanted) if (await removePack(cache, id)) removed.push(id)
  return { exitCode: 0, json: { removed }, text: renderRemoved(wanted, removed) }
}

function listing({ settings }: Context): Answer {
  const { cache } = settings
  const entries = packIds.map((id) => {
    const { title, megabytes, license, version, for: purpose } = packOf(id)
    return {
      id,
      title,
      for: purpose,
      megabytes,
      license,
      version,
      ready: isReady(cache, id),
      installed: isInstalled(cache, id),
    }
  })
  return { exitCode: 0, json: { packs: entries }, text: renderPacks(entries, settings) }
}
