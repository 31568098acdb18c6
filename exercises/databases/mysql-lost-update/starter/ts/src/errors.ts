/** There is no such seat at this event. */
export class UnknownSeat extends Error {
  override name = 'UnknownSeat'
}

export class UnknownCustomer extends Error {
  override name = 'UnknownCustomer'
}

/** The customer would have less than no points. */
export class NotEnoughPoints extends Error {
  override name = 'NotEnoughPoints'
}
