// Asks a CPU profile, where no browser is at hand.
//   node tools/profq.ts functions profiles/import.cpuprofile
//   node tools/profq.ts callers profiles/import.cpuprofile <function>
import { readFileSync } from 'node:fs'

interface Profile {
  nodes: { id: number; callFrame: { functionName: string; url: string; lineNumber: number }; children?: number[] }[]
  samples: number[]
}

const [command, path, wanted] = process.argv.slice(2)
if (path === undefined || (command !== 'functions' && command !== 'callers')) {
  console.log(readFileSync(import.meta.filename, 'utf8').split('\n').slice(0, 3).join('\n'))
  process.exit(2)
}

const { nodes, samples } = JSON.parse(readFileSync(path, 'utf8')) as Profile
const byId = new Map(nodes.map((node) => [node.id, node]))
const parents = new Map(nodes.flatMap((node) => (node.children ?? []).map((child): [number, number] => [child, node.id])))

const nameOf = (id: number): string => {
  const { functionName, url, lineNumber } = byId.get(id)?.callFrame ?? { functionName: '', url: '', lineNumber: 0 }
  const place = url === '' ? '' : `  ${url.split('/').slice(-2).join('/')}:${lineNumber + 1}`
  return `${functionName || '(anonymous)'}${place}`
}

/** The node of a sample and everything that has called it. */
function* stackOf(id: number): Generator<number> {
  for (let at: number | undefined = id; at !== undefined; at = parents.get(at)) yield at
}

function functions(): void {
  const rows = new Map<string, { self: number; total: number }>()
  const row = (name: string): { self: number; total: number } => {
    if (!rows.has(name)) rows.set(name, { self: 0, total: 0 })
    return rows.get(name) as { self: number; total: number }
  }
  for (const sample of samples) {
    row(nameOf(sample)).self += 1
    for (const name of new Set([...stackOf(sample)].map(nameOf))) row(name).total += 1
  }
  const percent = (count: number): number => Math.round((count / samples.length) * 1000) / 10
  const shown = [...rows].map(([name, { self, total }]) => ({ function: name, 'self %': percent(self), 'total %': percent(total) }))
  console.table(shown.sort((a, b) => b['total %'] - a['total %']).slice(0, 25))
}

/** Who called a function at the moments when it, or something below it, was running. */
function callers(name: string): void {
  const counts = new Map<string, number>()
  for (const sample of samples) {
    const stack = [...stackOf(sample)]
    const at = stack.findIndex((id) => byId.get(id)?.callFrame.functionName === name)
    if (at < 0) continue
    const caller = at + 1 < stack.length ? nameOf(stack[at + 1] as number) : '(nobody)'
    counts.set(caller, (counts.get(caller) ?? 0) + 1)
  }
  console.table([...counts].map(([caller, n]) => ({ caller, samples: n })))
}

if (command === 'functions') functions()
else callers(wanted ?? '')
