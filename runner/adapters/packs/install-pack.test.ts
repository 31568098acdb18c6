import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { installPack, removePack } from './install-pack.ts'
import { fingerprintOf, isInstalled, isReady, markerOf, packIds, packOf } from './packs.ts'
import { libraryPath, packFolder } from './places.ts'
import { pinsOf } from './pins.ts'

let cache: string
let bin: string

beforeEach(() => {
  cache = mkdtempSync(join(tmpdir(), 'gym-packs-'))
  bin = join(cache, 'bin')
  mkdirSync(bin)
})

afterEach(() => {
  vi.unstubAllEnvs()
  rmSync(cache, { recursive: true, force: true })
})

/** A package manager of the test's own, first on PATH. */
function tool(name: string, script: string): void {
  writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`)
  chmodSync(join(bin, name), 0o755)
  vi.stubEnv('PATH', [bin, '/usr/bin', '/bin'].join(delimiter))
}

const incoming = (): string[] => readdirSync(join(cache, 'packs')).filter((name) => name.startsWith('.incoming'))

function markInstalled(id: (typeof packIds)[number], fingerprint: string): void {
  mkdirSync(packFolder(cache, id), { recursive: true })
  writeFileSync(markerOf(cache, id), JSON.stringify({ id, fingerprint }))
}

describe('installing a pack', () => {
  it('says which tool is missing, and leaves nothing half done', async () => {
    vi.stubEnv('PATH', bin)
    vi.stubEnv('npm_execpath', '')
    await expect(installPack(cache, 'graphql')).rejects.toMatchObject({
      code: 'pack-failed',
      message: expect.stringContaining('npm is not on this machine'),
    })
    await expect(installPack(cache, 'java-spring')).rejects.toMatchObject({ message: expect.stringContaining('Maven') })
    expect(incoming()).toEqual([])
    expect(isReady(cache, 'graphql')).toBe(false)
  })

  it('refuses a jar that is not the pinned one', async () => {
    tool('mvn', 'printf tampered > lib/junit-platform-console-standalone.jar')
    await expect(installPack(cache, 'junit')).rejects.toMatchObject({
      code: 'pack-failed',
      message: expect.stringMatching(/is not the pinned file \(its sha256 is [0-9a-f]{64}/),
    })
    expect(isInstalled(cache, 'junit')).toBe(false)
    expect(incoming()).toEqual([])
  })

  it('refuses when a jar is missing, or when one came along that nobody pinned', async () => {
    tool('mvn', 'exit 0')
    await expect(installPack(cache, 'junit')).rejects.toMatchObject({
      message: expect.stringContaining('brought no junit-platform-console-standalone.jar'),
    })
    tool('mvn', 'for jar in another junit-platform-console-standalone; do : > lib/$jar.jar; done')
    await expect(installPack(cache, 'junit')).rejects.toMatchObject({
      message: expect.stringContaining('another.jar is not the pinned file'),
    })
  })

  it('tells what the package manager said', async () => {
    tool('mvn', 'echo "[ERROR] Could not transfer artifact"; exit 1')
    await expect(installPack(cache, 'junit')).rejects.toMatchObject({
      message: expect.stringContaining('Could not transfer artifact'),
    })
    tool('npm', 'echo "npm error network request failed" >&2; exit 1')
    vi.stubEnv('npm_execpath', '')
    await expect(installPack(cache, 'graphql')).rejects.toMatchObject({
      message: expect.stringContaining('network request failed'),
    })
  })

  it('becomes ready in one step, with what it holds written down', async () => {
    tool('npm', 'mkdir -p node_modules/graphql; cp package-lock.json node_modules/')
    vi.stubEnv('npm_execpath', '')
    await installPack(cache, 'graphql')
    expect(isReady(cache, 'graphql')).toBe(true)
    expect(existsSync(join(packFolder(cache, 'graphql'), 'node_modules', 'graphql'))).toBe(true)
    tool('npm', 'exit 1')
    await installPack(cache, 'graphql') // Ready: nothing is run.
  })

  it('is made anew when the pins changed, and when its marker cannot be read', () => {
    markInstalled('graphql', fingerprintOf('graphql'))
    expect(isReady(cache, 'graphql')).toBe(true)
    markInstalled('graphql', 'of an older version')
    expect(isReady(cache, 'graphql')).toBe(false)
    writeFileSync(markerOf(cache, 'graphql'), '{"finger')
    expect(isReady(cache, 'graphql')).toBe(false)
  })

  it('is removed again', async () => {
    markInstalled('graphql', fingerprintOf('graphql'))
    expect(await removePack(cache, 'graphql')).toBe(true)
    expect(existsSync(packFolder(cache, 'graphql'))).toBe(false)
    expect(await removePack(cache, 'graphql')).toBe(false)
  })
})

describe('Debian packages without root', () => {
  const apt = (urls: string): string =>
    `case "$*" in *print-uris*) ${urls};; *download*) : > tool_1%3a2_all.deb;; *) exit 1;; esac`

  it('are downloaded, unpacked and kept apart from the system', async () => {
    tool('apt-get', apt(`echo "'uri' tool_1%3a2_all.deb 10 SHA256:x"`))
    tool('dpkg-deb', 'mkdir -p "$3/usr/bin" && echo unpacked "$2" > "$3/usr/bin/redis-server"')
    vi.stubEnv('PATH', [bin, '/bin', '/usr/bin'].join(delimiter))
    if (packOf('redis').present?.() != null) return // A Redis of the machine's own needs no pack.
    await installPack(cache, 'redis')
    expect(readFileSync(join(packFolder(cache, 'redis'), 'root/usr/bin/redis-server'), 'utf8')).toContain(
      'tool_1%3a2_all.deb',
    )
  })

  it('fail in words when the lists cannot be had', async () => {
    tool('apt-get', `case "$*" in *update*) echo "Temporary failure resolving" >&2; exit 100;; *) exit 0;; esac`)
    tool('dpkg-deb', 'exit 1')
    if (packOf('redis').present?.() != null) return
    await expect(installPack(cache, 'redis')).rejects.toMatchObject({
      message: expect.stringContaining('Temporary failure resolving'),
    })
  })

  it('find the libraries that came along', () => {
    mkdirSync(join(cache, 'usr/lib/x86_64-linux-gnu'), { recursive: true })
    expect(libraryPath(cache).split(':')).toEqual([join(cache, 'usr/lib/x86_64-linux-gnu'), join(cache, 'usr/lib')])
  })
})

describe('the pins', () => {
  it('name each file by hash and no registry', () => {
    const texts = packIds.flatMap((id) => packOf(id).pins())
    for (const text of texts) expect(text).not.toMatch(/https?:\/\/[^\s"]*(registry|pypi|repo)/)
    const lock = JSON.parse(readFileSync(pinsOf('azurite', 'package-lock.json'), 'utf8')) as {
      packages: Record<string, { integrity?: string }>
    }
    expect(Object.entries(lock.packages).filter(([path, p]) => path !== '' && !p.integrity)).toEqual([])
    const requirements = readFileSync(pinsOf('python-django', 'requirements.txt'), 'utf8')
      .split('\n')
      .filter((line) => line.includes('=='))
    expect(requirements.every((line) => line.trimEnd().endsWith('\\'))).toBe(true)
  })
})
