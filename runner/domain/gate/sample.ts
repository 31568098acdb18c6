/** A number from 0 to 1 that depends on the seed and the text alone (FNV-1a with a final mix, as in MurmurHash3). */
function drawOf(seed: number, text: string): number {
  let hash = 0x811c9dc5 ^ seed
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32
}

/** `most` of the names, drawn by the seed; the same names and seed give the same draw, in whatever order they come. */
export function sampleOf(names: readonly string[], most: number, seed: number): Set<string> {
  const drawn = names.map((name) => ({ name, draw: drawOf(seed, name) })).sort((a, b) => a.draw - b.draw)
  return new Set(drawn.slice(0, most).map((d) => d.name))
}
