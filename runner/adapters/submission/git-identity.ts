import { existsSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

export interface Identity {
  name: string
  email: string
}

/**
 * The name and address in a person's own git configuration, read as text: no git is run for it and no include followed.
 */
export function gitIdentity(env: NodeJS.ProcessEnv = process.env): Identity {
  const home = env['HOME'] ?? homedir()
  const files =
    env['GIT_CONFIG_GLOBAL'] === undefined
      ? [join(env['XDG_CONFIG_HOME'] || join(home, '.config'), 'git', 'config'), join(home, '.gitconfig')]
      : [env['GIT_CONFIG_GLOBAL']]
  const found: Identity = { name: '', email: '' }
  for (const file of files.filter((f) => existsSync(f))) Object.assign(found, identityIn(textOf(file)))
  return found
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}

/** Reads the section [user] alone; where a key stands twice, the last one counts. */
export function identityIn(config: string): Partial<Identity> {
  const found: Partial<Identity> = {}
  let section = ''
  for (const line of config.split('\n').map((l) => l.trim())) {
    section = /^\[\s*([^\]]+?)\s*\]/.exec(line)?.[1]?.toLowerCase() ?? section
    const [, key = '', value = ''] = /^(?:\[[^\]]*\]\s*)?(name|email)\s*=\s*(.*)$/i.exec(line) ?? []
    if (section === 'user' && key !== '') found[key.toLowerCase() as keyof Identity] = plain(value)
  }
  return found
}

/** The value without quotes, escapes and a comment behind it. */
function plain(value: string): string {
  const quoted = /^"((?:[^"\\]|\\.)*)"/.exec(value)?.[1]
  return (quoted === undefined ? value.replace(/\s*[#;].*$/, '') : quoted.replaceAll(/\\(.)/g, '$1')).trim()
}
