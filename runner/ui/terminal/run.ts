/** Said before a program is started by hand: how to speak to it, and how to end it. */
export function renderIntroduction(command: readonly string[], port: number | null, isProgram: boolean): string {
  if (!isProgram) return `  ${command.join(' ')}`
  return port === null
    ? '  Your program reads from here; Ctrl-D ends its input, Ctrl-C ends it.'
    : `  http://127.0.0.1:${port}   Ctrl-C ends it.`
}

export const renderNotLoading = (message: string): string => `\n  ! broken     ${message}\n`
