import { literal } from '../../run/difference.ts'
import { clip } from '../../run/run-state.ts'

/** What all SQL servers have in common: rows, and how a statement reads in a transcript. */

export type Row = Record<string, unknown>

export type StatementKind = 'begin' | 'commit' | 'rollback' | 'savepoint' | 'other'

/** By the first words, after comments. */
export function kindOf(text: string): StatementKind {
  const words = text.replace(/^(?:\s+|--[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/)+/, '')
  if (/^(begin|start\s+transaction)\b/i.test(words)) return 'begin'
  if (/^(commit|end)\b/i.test(words)) return 'commit'
  if (/^(savepoint|release)\b|^rollback\s+((work|transaction)\s+)?to\b/i.test(words)) return 'savepoint'
  return /^(rollback|abort)\b/i.test(words) ? 'rollback' : 'other'
}

/** A statement of the learner's program, on one line, with its values behind it. */
export function statementText({ text, values }: { text: string; values: readonly (string | null)[] }): string {
  const line = clip(text.trim().replace(/\s+/g, ' '), 300)
  return values.length === 0 ? line : `${line}   -- ${clip(values.map(valueText).join(', '), 200)}`
}

const valueText = (value: string | null): string =>
  value === null ? 'null' : /^-?\d+(\.\d+)?$/.test(value) ? value : literal(value)

/** A statement of the suite's, as its author wrote it, with its values behind it. */
export const withValues = (sql: string, values: readonly unknown[]): string =>
  values.length === 0 ? sql.trim() : `${sql.trim()}   -- ${values.map(literal).join(', ')}`
