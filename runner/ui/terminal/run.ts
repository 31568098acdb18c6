import { labelled, visible, type Style } from './style.ts'

/** Said before a program is started by hand: how to speak to it, how to end it, and which servers it has. */
export function renderIntroduction(
  command: readonly string[],
  port: number | null,
  isProgram: boolean,
  servers: readonly string[] = [],
): string {
  if (!isProgram) return `  ${command.join(' ')}`
  const how =
    port === null
      ? 'Your program reads from here; Ctrl-D ends its input, Ctrl-C ends it.'
      : `http://127.0.0.1:${port}   Ctrl-C ends it.`
  return `  ${how}${serversIn(servers)}`
}

/** Said before something is started that is there to try the work out. */
export const renderTool = (file: string, servers: readonly string[]): string => `  ${file}${serversIn(servers)}`

const serversIn = (servers: readonly string[]): string =>
  servers.length === 0 ? '' : `\n  It has ${servers.join(' and ')}, until it ends.`

/** Several errors of a compiler stand apart. */
export function renderNotLoading(message: string, { columns }: Style): string {
  const [first = '', ...rest] = message.split('\n')
  const more = rest.flatMap((line) => labelled(15, '', visible(line), columns, 0))
  return ['', ...labelled(2, '! broken', visible(first), columns, 13), ...more, ''].join('\n')
}
