import { readFileSync } from 'node:fs'
import { SourceMap } from 'node:module'
import { fileURLToPath, pathToFileURL } from 'node:url'

/**
 * From now on the stack traces of this process name the sources where the bundle with this address was running. V8 asks
 * when somebody reads a stack, so nothing is paid before.
 */
export function tellSources(root: string, bundle: string): void {
  const places = readable(root, bundle)
  Error.prepareStackTrace = (error, sites) =>
    [String(error), ...sites.map((site) => `    at ${places(String(site))}`)].join('\n')
}

/** One line of a stack: `name (file:///…/bundle.mjs?check:12:7)` → `name (file:///…/runner/app/check.ts:9:3)`. */
export function readable(root: string, bundle: string): (line: string) => string {
  let map: SourceMap | null = null
  const mapOf = (): SourceMap =>
    (map ??= new SourceMap(JSON.parse(readFileSync(fileURLToPath(`${bundle}.map`), 'utf8'))))
  return (line) => {
    const at = line.indexOf(bundle)
    const place = at < 0 ? null : /^[^:]*:(\d+):(\d+)/.exec(line.slice(at + bundle.length))
    if (place === null) return line
    try {
      const origin = mapOf().findOrigin(Number(place[1]), Number(place[2]))
      if (!('fileName' in origin)) return line
      const source = new URL(origin.fileName, `${pathToFileURL(root).href}/`).href
      const rest = line.slice(at + bundle.length + place[0].length)
      return `${line.slice(0, at)}${source}:${origin.lineNumber}:${origin.columnNumber}${rest}`
    } catch {
      return line // Without its map a place in the bundle is better than none.
    }
  }
}
