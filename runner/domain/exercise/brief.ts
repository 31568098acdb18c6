/** The brief (README.md of an exercise): the learner's whole contract. */

export interface Brief {
  title: string
  /** Requirement number → its text, markdown kept. */
  requirements: Map<number, string>
  /** Headings of level two, in order. */
  sections: string[]
}

/** The sections of a brief (docs/authoring.md); the hook is the text before the first heading. */
export const briefSections = [
  'Background',
  'Task',
  'Contract',
  'Examples',
  'What is tested',
  'Out of scope',
  'Run it by hand',
] as const

/** Reads title, sections and the numbered requirements of the section "Contract". Never throws. */
export function parseBrief(markdown: string): Brief {
  const lines = markdown.split(/\r?\n/)
  const title =
    lines
      .find((l) => l.startsWith('# '))
      ?.slice(2)
      .trim() ?? ''
  const sections = headings(lines)
  return { title, sections, requirements: requirementsOf(contractLines(lines)) }
}

function headings(lines: string[]): string[] {
  let fenced = false
  return lines.flatMap((line) => {
    if (line.startsWith('```')) fenced = !fenced
    return !fenced && line.startsWith('## ') ? [line.slice(3).trim()] : []
  })
}

function contractLines(lines: string[]): string[] {
  const start = lines.findIndex((l) => /^## Contract\s*$/.test(l))
  if (start < 0) return []
  const rest = lines.slice(start + 1)
  const end = rest.findIndex((l) => l.startsWith('## '))
  return end < 0 ? rest : rest.slice(0, end)
}

/** A requirement is an item of a numbered list; its continuation lines are indented. */
function requirementsOf(lines: string[]): Map<number, string> {
  const found = new Map<number, string>()
  let current: number | null = null
  for (const line of lines) {
    const start = /^(\d+)\.\s+(.*)$/.exec(line)
    if (start) {
      current = Number(start[1])
      found.set(current, start[2] ?? '')
    } else if (current !== null && /^\s+\S/.test(line)) {
      found.set(current, `${found.get(current)}\n${line.trim()}`)
    } else if (line.trim() !== '') {
      current = null
    }
  }
  return found
}

/**
 * A text of a brief in one line, as a terminal shows it. Code keeps its backticks: where it begins and ends may be the
 * whole rule, as a blank at the end of `Hello, `.
 */
export const withoutEmphasis = (markdown: string): string =>
  markdown.replace(/\s+/g, ' ').replace(/(`[^`]*`)|\*/g, (_, code: string | undefined) => code ?? '')
