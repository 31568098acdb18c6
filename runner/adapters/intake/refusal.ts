/** A submission, or one variant in it, that is not taken: it becomes a rejection by the name of its rule. */
export class IntakeRefusal extends Error {
  override readonly name = 'IntakeRefusal'
  readonly rule: string

  constructor(rule: string, message: string) {
    super(message)
    this.rule = rule
  }
}

/** For messages: nothing that a terminal would obey, and not too long. */
export function shown(text: string): string {
  const safe = text.replaceAll(/[^\p{L}\p{N}\p{P}\p{S} ]/gu, '?')
  return safe.length <= 120 ? safe : `${safe.slice(0, 119)}…`
}

const unit = 1024

export const sizeText = (bytes: number): string =>
  bytes >= unit * unit ? `${Math.round(bytes / unit / unit)} MB` : `${Math.round(bytes / unit)} KB`
