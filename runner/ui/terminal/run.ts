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

export const renderNotLoading = (message: string): string => `\n  ! broken     ${message}\n`
