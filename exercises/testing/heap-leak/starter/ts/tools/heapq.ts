// Asks heap snapshots, where no browser is at hand.
//   node tools/heapq.ts diff snapshots/before.heapsnapshot snapshots/after.heapsnapshot
//   node tools/heapq.ts path snapshots/after.heapsnapshot <class>
import { readFileSync } from 'node:fs'

interface Snapshot {
  snapshot: { meta: { node_fields: string[]; node_types: [string[], ...unknown[]]; edge_fields: string[]; edge_types: [string[], ...unknown[]] } }
  nodes: number[]
  edges: number[]
  strings: string[]
}

interface Node {
  index: number
  type: string
  name: string
  size: number
  edges: { type: string; name: string; to: number }[]
}

function nodesIn(path: string): Map<number, Node> {
  const { snapshot: { meta }, nodes, edges, strings } = JSON.parse(readFileSync(path, 'utf8')) as Snapshot
  const field = (name: string): number => meta.node_fields.indexOf(name)
  const [width, edgeWidth] = [meta.node_fields.length, meta.edge_fields.length]
  const found = new Map<number, Node>()
  let edge = 0
  for (let index = 0; index < nodes.length; index += width) {
    const at = (name: string): number => nodes[index + field(name)] as number
    const node: Node = { index, type: meta.node_types[0][at('type')] ?? '', name: strings[at('name')] ?? '', size: at('self_size'), edges: [] }
    for (let i = 0; i < at('edge_count'); i += 1, edge += edgeWidth) {
      const type = meta.edge_types[0][edges[edge] as number] ?? ''
      const name = edges[edge + 1] as number
      node.edges.push({ type, name: type === 'element' || type === 'hidden' ? `[${name}]` : (strings[name] ?? ''), to: edges[edge + 2] as number })
    }
    found.set(index, node)
  }
  return found
}

/** Instances and their own bytes, by class. */
function classesIn(path: string): Map<string, { count: number; bytes: number }> {
  const classes = new Map<string, { count: number; bytes: number }>()
  for (const { type, name, size } of nodesIn(path).values()) {
    const key = type === 'object' ? name : `(${type})`
    const { count, bytes } = classes.get(key) ?? { count: 0, bytes: 0 }
    classes.set(key, { count: count + 1, bytes: bytes + size })
  }
  return classes
}

function diff(before: string, after: string): void {
  const old = classesIn(before)
  const rows = [...classesIn(after)].map(([name, now]) => ({ class: name, 'new objects': now.count - (old.get(name)?.count ?? 0), 'new bytes': now.bytes - (old.get(name)?.bytes ?? 0) }))
  console.table(rows.sort((a, b) => b['new objects'] - a['new objects']).slice(0, 25))
}

/** The shortest way from the roots to the newest object of a class. */
function path(file: string, name: string): void {
  const nodes = nodesIn(file)
  const target = [...nodes.values()].findLast((node) => node.type === 'object' && node.name === name)
  if (!target) return console.log(`There is no object of the class ${name}.`)
  const from = new Map<number, { node: Node; by: string }>()
  const queue = [nodes.get(0) as Node]
  for (const node of queue) {
    for (const edge of node.edges) {
      if (edge.type === 'weak' || edge.to === 0 || from.has(edge.to)) continue
      from.set(edge.to, { node, by: edge.name })
      queue.push(nodes.get(edge.to) as Node)
    }
    if (from.has(target.index)) break
  }
  const shown = (node: Node): string => (node.name || `(${node.type})`).slice(0, 60)
  console.log(shown(target))
  let last = ''
  for (let step = from.get(target.index); step; step = from.get(step.node.index)) {
    const line = `  held as ${step.by} by ${shown(step.node)}`
    // A list that is linked from one to the next would fill pages.
    if (line !== last) console.log(line)
    last = line
  }
}

const [command, ...files] = process.argv.slice(2)
if (command === 'diff' && files.length === 2) diff(files[0] as string, files[1] as string)
else if (command === 'path' && files.length === 2) path(files[0] as string, files[1] as string)
else console.log(readFileSync(import.meta.filename, 'utf8').split('\n').slice(0, 3).join('\n'))
