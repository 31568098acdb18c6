/** A submission, or one variant in it, that is not taken: it becomes a rejection by the name of its rule. */
export class IntakeRefusal extends Error {
  override readonly name = 'IntakeRefusal'
  readonly rule: string

  constructor(rule: string, message: string) {
    super(message)
    this.rule = rule
  }
}
