import { labelled, visible, type Style } from './style.ts'

/** Said before a program is started by hand: how to speak to it, and how to end it. */
export function renderIntroduction(command: readonly string[], port: number | null, isProgram: boolean): string {
  if (!isProgram) return `  ${command.join(' ')}`
  return port === null
    ? '  Your program reads from here; Ctrl-D ends its input, Ctrl-C ends it.'
    : `  http://127.0.0.1:${port}   Ctrl-C ends it.`
}

/** Several errors of a compiler stand apart. */
export function renderNotLoading(message: string, { columns }: Style): string {
  const [first = '', ...rest] = message.split('\n')
  const more = rest.flatMap((line) => labelled(15, '', visible(line), columns, 0))
  return ['', ...labelled(2, '! broken', visible(first), columns, 13), ...more, ''].join('\n')
}
