import { chmodSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { systemPack } from './debian-pack.ts'
import type { Pack } from './pack.ts'
import { libraryPath } from './places.ts'

const system = systemPack('ruby', { debian: ['ruby', 'ruby-minitest'], brew: 'ruby' })

/** Debian's Ruby looks for its libraries below /usr; a small script tells it where they are instead. */
export const rubyPack: Pick<Pack, 'pins' | 'fetch'> = {
  pins: system.pins,
  fetch: async (place) => {
    await system.fetch(place)
    if (existsSync(join(place.folder, 'root'))) writeStarter(place.folder)
  },
}

function writeStarter(folder: string): void {
  const root = join(folder, 'root')
  const usr = join(root, 'usr')
  const versions = readdirSync(join(usr, 'lib', 'ruby')).filter((name) => /^\d/.test(name))
  const native = libraryPath(root)
    .split(':')
    .flatMap((lib) => versions.map((v) => join(lib, 'ruby', v)))
    .filter(existsSync)
  const gems = readdirSync(join(usr, 'share', 'rubygems-integration')).map((name) =>
    join(usr, 'share', 'rubygems-integration', name),
  )
  const libraries = [
    join(usr, 'lib', 'ruby', 'vendor_ruby'),
    ...versions.map((v) => join(usr, 'lib', 'ruby', v)),
    ...native,
  ]
  // Relative to the script: the folder is renamed once it is complete.
  const paths = (list: readonly string[]): string =>
    [...new Set(list)].map((path) => path.replace(folder, '$here/..')).join(':')
  const lines = [
    '#!/bin/sh',
    'here=${0%/*}',
    `export LD_LIBRARY_PATH="${paths(libraryPath(root).split(':'))}" RUBYLIB="${paths(libraries)}" GEM_PATH="${paths(gems)}"`,
    'exec "$here/../root/usr/bin/ruby" "$@"',
  ]
  mkdirSync(join(folder, 'bin'))
  writeFileSync(join(folder, 'bin', 'ruby'), `${lines.join('\n')}\n`)
  chmodSync(join(folder, 'bin', 'ruby'), 0o755)
}
