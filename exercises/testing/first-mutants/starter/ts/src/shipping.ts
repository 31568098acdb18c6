export type Zone = 'domestic' | 'europe' | 'world'

export interface Parcel {
  weightKg: number
  /** Value of the goods, in cents. */
  orderCents: number
  zone?: Zone
  island?: boolean
  /** Whole percent. */
  discountPercent?: number
}

/** Cents for a light and for a heavy parcel. */
export const rates: Record<Zone, { light: number; heavy: number }> = {
  domestic: { light: 490, heavy: 990 },
  europe: { light: 1290, heavy: 2150 },
  world: { light: 2450, heavy: 4350 },
}

export function baseRate(zone: Zone, weightKg: number): number {
  return weightKg > 5 ? rates[zone].heavy : rates[zone].light
}

/** What a parcel costs to send, in cents. */
export function shippingPrice({ weightKg, orderCents, zone = 'domestic', island = false, discountPercent = 0 }: Parcel): number {
  if (!Number.isFinite(weightKg) || weightKg < 0) throw new RangeError(`weight must be zero or more, got ${weightKg}`)
  const free = zone === 'domestic' && orderCents >= 5000
  const rate = free ? 0 : baseRate(zone, weightKg)
  const discounted = Math.floor((rate * (100 - Math.min(discountPercent, 30)) + 49) / 100)
  return discounted + (island ? 350 : 0)
}
