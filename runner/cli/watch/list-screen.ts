import type { Exercise } from '../../domain/exercise/exercise.ts'
import { languagesOf } from '../../domain/exercise/exercise.ts'
import { stateOf } from '../../domain/progress/progress.ts'
import { renderListView, type ListItem } from '../../ui/terminal/watch.ts'
import type { Context } from '../context.ts'
import type { Key } from './keyboard.ts'

const filters = ['all', 'open', 'started', 'skipped', 'passed'] as const
type Filter = (typeof filters)[number]

export interface ListState {
  all: readonly ListItem[]
  filter: Filter
  search: string
  searching: boolean
  selected: number
}

export type ListStep = { kind: 'stay'; state: ListState } | { kind: 'back' } | { kind: 'chosen'; slug: string }

/** Everything that can be chosen, with the current exercise selected. */
export async function openList(context: Context, current: Exercise): Promise<ListState> {
  const progress = context.store.load()
  const { missing } = await context.readiness()
  const all = [...context.catalog().bySlug.values()].map((e): ListItem => {
    const ready = languagesOf(e).some((language) => missing({ exercise: e, language }).length === 0)
    const state = stateOf(progress, e.slug)
    return { slug: e.slug, area: e.area, minutes: e.minutes, state: ready || state !== 'new' ? state : 'not-ready' }
  })
  return {
    all,
    filter: 'all',
    search: '',
    searching: false,
    selected: Math.max(
      0,
      all.findIndex((i) => i.slug === current.slug),
    ),
  }
}

const fits: Record<Filter, (item: ListItem) => boolean> = {
  all: () => true,
  open: (i) => i.state === 'new' || i.state === 'started' || i.state === 'skipped',
  started: (i) => i.state === 'started',
  skipped: (i) => i.state === 'skipped',
  passed: (i) => i.state === 'passed',
}

export const shownItems = ({ all, filter, search }: ListState): ListItem[] =>
  all.filter((item) => fits[filter](item) && (item.slug.includes(search) || item.area.includes(search)))

/** What a key does to the list; pure. */
export function listStep(state: ListState, key: Key): ListStep {
  const items = shownItems(state)
  const stay = (change: Partial<ListState>): ListStep => ({ kind: 'stay', state: { ...state, ...change } })
  if (state.searching) return searchStep(state, key, stay)
  const move = (by: number): ListStep =>
    stay({ selected: Math.max(0, Math.min(items.length - 1, state.selected + by)) })
  switch (key) {
    case 'up':
    case 'k':
      return move(-1)
    case 'down':
    case 'j':
      return move(1)
    case 'f':
      return stay({ filter: filters[(filters.indexOf(state.filter) + 1) % filters.length] ?? 'all', selected: 0 })
    case '/':
      return stay({ searching: true, search: '', selected: 0 })
    case 'enter': {
      const item = items[state.selected]
      return item ? { kind: 'chosen', slug: item.slug } : stay({})
    }
    case 'escape':
    case 'q':
    case 'l':
      return { kind: 'back' }
    default:
      return stay({})
  }
}

function searchStep(state: ListState, key: Key, stay: (change: Partial<ListState>) => ListStep): ListStep {
  if (key === 'enter') return stay({ searching: false })
  if (key === 'escape') return stay({ searching: false, search: '', selected: 0 })
  if (key === 'backspace') return stay({ search: state.search.slice(0, -1), selected: 0 })
  return /^[a-z0-9-]$/i.test(key) ? stay({ search: state.search + key.toLowerCase(), selected: 0 }) : stay({})
}

export const drawList = (state: ListState, context: Context, rows: number): string =>
  renderListView(
    {
      items: shownItems(state),
      selected: state.selected,
      filter: state.filter,
      search: state.search,
      searching: state.searching,
    },
    context.settings,
    rows,
  )
