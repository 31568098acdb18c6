/** What the carrier's system says of a parcel. */
export interface Report {
  parcel: string
  delivered: boolean
  scans: { place: string; at: string }[]
  /** The carrier's own protocol of the parcel, for support. */
  protocol: string
}

export type Carrier = (parcel: string) => Promise<Report>

export class Scan {
  readonly place: string
  readonly at: Date

  constructor({ place, at }: { place: string; at: string }) {
    this.place = place
    this.at = new Date(at)
  }
}

export class Tracking {
  readonly parcel: string
  readonly scans: Scan[]
  readonly protocol: string

  constructor({ parcel, scans, protocol }: Report) {
    this.parcel = parcel
    this.scans = scans.map((scan) => new Scan(scan))
    this.protocol = protocol
  }
}
