/** Words of a stranger for a message of ours: nothing that a terminal would obey, and not too long. */
export function printable(text: string): string {
  const safe = text.replaceAll(/[^\p{L}\p{N}\p{P}\p{S} ]/gu, '?')
  return safe.length <= 120 ? safe : `${safe.slice(0, 119)}…`
}
