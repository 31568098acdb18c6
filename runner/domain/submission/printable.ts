/** Words of a stranger for a message of ours: nothing that a terminal would obey, and not too long. */
export function printable(text: string): string {
  const safe = text.replaceAll(/[^\p{L}\p{N}\p{P}\p{S} ]/gu, '?')
  return safe.length <= 120 ? safe : `${safe.slice(0, 119)}…`
}

const unit = 1024

/** Rounded up, so that what is over a limit never looks as if it were not. */
export const sizeText = (bytes: number): string =>
  bytes >= unit * unit ? `${Math.ceil(bytes / unit / unit)} MB` : `${Math.ceil(bytes / unit)} KB`
