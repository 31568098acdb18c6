/** Not a whole number of cents from 1 up, or an account that would pay itself. */
export class InvalidTransfer extends Error {
  override readonly name = 'InvalidTransfer'
}

export class UnknownAccount extends Error {
  override readonly name = 'UnknownAccount'
}

export class InsufficientFunds extends Error {
  override readonly name = 'InsufficientFunds'
}
