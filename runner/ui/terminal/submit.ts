import { variantName } from '../../domain/exercise/variant.ts'
import type { Receipt } from '../../domain/submission/submission.ts'
import { labelled, paints, type Style } from './style.ts'

export interface SubmitScreen {
  receipt: Receipt
  setName: string | null
  notStarted: readonly string[]
  /** Exercises whose present state cannot be handed in. */
  refused: readonly string[]
  remarks: readonly string[]
  /** Where it went: a file with its hash, or a remote. */
  bundle: { file: string; sha256: string; bytes: number } | null
  remote: string | null
}

/** The receipt: what was handed in, under which hashes, and where it is. */
export function renderSubmit(
  { receipt, setName, notStarted, refused, remarks, bundle, remote }: SubmitScreen,
  style: Style,
): string {
  const { green, red, yellow } = paints(style)
  const { works, learner, submittedAt } = receipt
  const { columns } = style
  const count = `${works.length} ${works.length === 1 ? 'exercise' : 'exercises'}`
  const how = remote === null ? 'packed' : 'pushed'
  const head = `${count} of ${learner.id}${setName === null ? '' : `, set "${setName}"`}, ${submittedAt}`
  const packed = [...labelled(2, `${green('✓')} ${how}   `, head, columns, 11), '', ...workLines(works, columns), '']
  return [
    '',
    ...refused.flatMap((name) => [
      ...labelled(2, `${red('✗')} `, `not handed in as it is now: ${name}`, columns, 2),
      '',
    ]),
    ...(works.length === 0 ? [] : packed),
    ...(notStarted.length > 0 ? labelled(2, 'Missing', `not started: ${notStarted.join(', ')}`, columns, 9) : []),
    ...remarks.flatMap((remark) => labelled(2, `${yellow('!')} `, remark, columns, 2)),
    ...(notStarted.length + remarks.length > 0 ? [''] : []),
    ...(works.length === 0
      ? ['  Then    change what is named, and hand in again']
      : bundle === null
        ? [`  Remote  ${remote}`, '', '  Then    keep this receipt']
        : [
            `  File    ${bundle.file}`,
            ...(columns < 74 ? ['  SHA-256', `  ${bundle.sha256}`] : [`  SHA-256 ${bundle.sha256}`]),
            '',
            ...labelled(2, 'Then', 'send the file to your instructor, and keep this receipt', columns),
          ]),
    '',
  ].join('\n')
}

/** One line a work; where that is too long, what is known of it stands below its name. */
function workLines(works: Receipt['works'], columns: number): string[] {
  const names = works.map(variantName)
  const width = Math.max(0, ...names.map((n) => n.length))
  const facts = works.map(
    (w) => `${w.tree.slice(0, 12)}   ${w.at}   ${w.states} ${w.states === 1 ? 'state' : 'states'}`,
  )
  const isBeside = 4 + width + 3 + Math.max(0, ...facts.map((f) => f.length)) <= columns
  return names.flatMap((name, i) =>
    isBeside ? [`    ${name.padEnd(width)}   ${facts[i]}`] : [`    ${name}`, `      ${facts[i]}`],
  )
}
