import { commandLine } from '../../errors/command-line.ts'
import { renderError } from './help.ts'
import { stateMarks, type ListRow } from './list.ts'
import { atScore } from './next.ts'
import { cut, labelled, paints, type Style } from './style.ts'

export interface WatchFooter {
  passed: boolean
  done: number
  total: number
  polling: boolean
}

/** The keys that matter now, and how far one is; always the last line. */
export function renderFooter({ passed, done, total, polling }: WatchFooter, style: Style): string {
  const p = paints(style)
  const first = passed ? '[n]ext' : '[h]int'
  const keys = `${first}  [b]rief  [l]ist  [o]pen  [d]iff  [u]ndo  [?]keys  [q]uit`
  const count = `${done}/${total}`
  const polled = 'Native file events do not arrive here; the folder is polled.'
  const note = polling ? labelled(2, '', polled, style.columns, 0).map((line) => p.dim(line)) : []
  const room = style.columns - 2 - keys.length - count.length - 3
  if (room < 0) return [...note, ...labelled(2, '', `${keys}  ${count}`, style.columns, 0)].join('\n')
  const bar = room < 6 || style.plain ? count : `${count} ${barOf(done, total, Math.min(10, room))}`
  const gap = ' '.repeat(Math.max(2, style.columns - 2 - keys.length - bar.length))
  return [...note, `  ${keys}${gap}${p.dim(bar)}`].join('\n')
}

function barOf(done: number, total: number, width: number): string {
  const share = total === 0 ? 0 : Math.floor((done / total) * width)
  return '█'.repeat(share) + '░'.repeat(width - share)
}

export const watchKeys: readonly [key: string, what: string][] = [
  ['h', 'one more level of the hint'],
  ['l', 'list: move, choose, filter, search'],
  ['r', 'run the check again'],
  ['o', 'open the file in your editor: the one that is running, else VISUAL or EDITOR'],
  ['a', 'every red case in full: each step, and all that was printed'],
  ['b', 'the brief'],
  ['d', 'what you changed since the starter'],
  ['u', 'bring the last state of your files back (what you have is saved first)'],
  ['x', 'back to the starter (asks; your files are saved first)'],
  ['v', 'the solution, after a pass or a give-up'],
  ['n', 'the next exercise, once this one is passed'],
  ['s', 'skip this one for now: recorded, and offered again later'],
  ['c', 'check everything you have started'],
  ['?', 'this help'],
  ['q', 'leave; where a page like this one is open, back to the verdict. Ctrl-C leaves at once, Ctrl-Z pauses'],
]

/** The keys of a page that stands in place of the verdict. */
const pageKeys = '[q] goes back. The letters of [?] act from here as well.'

export function renderKeys({ columns }: Style): string {
  return [
    '',
    ...watchKeys.flatMap(([key, what]) => labelled(2, key, what, columns, 4)),
    '',
    ...labelled(2, '', `Saving a file runs the check. ↑ ↓ space scroll. ${pageKeys}`, columns, 0),
    '',
  ].join('\n')
}

export interface GridRow {
  slug: string
  language: string
  /** null while it is under way. */
  outcome: { verdict: string; score: number | null } | null
}

/** All started exercises at once; rows keep their order while results come in. */
export function renderGrid(rows: readonly GridRow[], style: Style): string {
  const p = paints(style)
  const width = Math.max(...rows.map((r) => r.slug.length + r.language.length + 3))
  const line = ({ slug, language, outcome }: GridRow): string => {
    const name = `${slug} (${language})`.padEnd(width)
    if (outcome === null) return `  · running    ${name}`
    const passed = outcome.verdict === 'passed'
    const mark = passed ? p.green('✓ passed ') : p.red(`✗ ${outcome.verdict.padEnd(7)}`)
    return `  ${mark}  ${name}  ${outcome.score === null ? '' : `${outcome.score} of 100`}`.trimEnd()
  }
  const left = rows.filter((r) => r.outcome === null).length
  const end = left > 0 ? `  ${rows.length - left} of ${rows.length} checked …` : `  All checked. ${pageKeys}`
  return ['', ...rows.map(line), '', end, ''].join('\n')
}

export interface ListItem {
  slug: string
  area: string
  state: ListRow['state']
  minutes: number
}

export interface ListView {
  items: readonly ListItem[]
  selected: number
  filter: string
  search: string
  searching: boolean
}

/** Shows as many rows as fit, with the chosen one among them. */
export function renderListView(
  { items, selected, filter, search, searching }: ListView,
  style: Style,
  rows: number,
): string {
  const p = paints(style)
  const room = Math.max(3, rows - 6)
  const first = Math.max(0, Math.min(selected - Math.floor(room / 2), items.length - room))
  const width = Math.max(10, ...items.map((i) => i.slug.length))
  const line = (item: ListItem, at: number): string => {
    const text = cut(
      `${stateMarks[item.state]} ${item.slug.padEnd(width)}  ${item.area.padEnd(15)}  ${String(item.minutes).padStart(2)} min`,
      style.columns - 4,
    )
    return at === selected ? p.bold(`> ${text}`) : `  ${text}`
  }
  const shown = items.slice(first, first + room).map((item, i) => line(item, first + i))
  const head = `  ${items.length} exercises, ${filter}${search === '' && !searching ? '' : `, with "${search}${searching ? '▁' : ''}"`}`
  const keys = searching
    ? '  type to search   Enter done   Esc clear'
    : '  ↑↓ move   Enter choose   f filter   / search   Esc back'
  return ['', head, '', ...(shown.length > 0 ? shown : ['  Nothing fits.']), '', keys].join('\n')
}

/** A text that stands in place of the verdict until a key is pressed. */
export const renderUntilKey = (text: string): string => `${text.trimEnd()}\n\n  ${pageKeys}\n`

/** What pages say instead of a command, by its words: the key that does it here. */
export const keysForCommands: Readonly<Record<string, string>> = {
  next: 'save a file; the check runs by itself',
  check: '[r]un the check again',
  'check --all': '[a]ll in full',
  'next --skip': '[s]kip it for now',
  hint: '[h]int',
  list: '[l]ist',
  show: '[b]rief',
  diff: '[d]iff',
  undo: '[u]ndo',
  reset: '[x] reset',
  solution: '[v] solution',
}

/** An error of the catalogue; the sitting goes on. */
export const renderProblem = (error: { message: string; remedy: string }, style: Style): string =>
  renderUntilKey(renderError(error, style))

/** Nothing was asked before it: it says what became of the exercise, and the way back. */
export const renderSkipped = ({ slug, score }: { slug: string; score: number | null }, { columns }: Style): string =>
  labelled(2, '', `Skipped ${slug} ${atScore(score)}. It stays open: [l]ist leads back to it.`, columns, 0).join('\n')

/** Where a key has more to say than fits below the verdict. */
export const renderSaid = (text: string, { columns }: Style): string =>
  renderUntilKey(['', ...labelled(2, '', text, columns, 0)].join('\n'))

export const renderWatchDone = (): string => renderUntilKey('\n  Every exercise is passed. Well done.')

export const renderNothingLeft = (): string =>
  renderUntilKey(`\n  What is left needs something this machine lacks: ${commandLine('doctor')}`)

export const renderLack = (slug: string, { needs, howToInstall }: { needs: string; howToInstall: string }): string =>
  renderUntilKey(`\n  ${slug} needs ${needs}.\n\n  Get it  ${howToInstall}`)

export function renderConfirmReset(slug: string, { columns }: Style): string {
  const text = `Put the starter's files of ${slug} back? What you have is saved first (${commandLine('undo')}).`
  return ['', ...labelled(2, '', text, columns, 0), '', '  [y]es   any other key: no', ''].join('\n')
}

export const renderLeft = (slug: string): string =>
  `  Left ${slug}. Go on: ${commandLine('watch')}, or ${commandLine('next')}`
