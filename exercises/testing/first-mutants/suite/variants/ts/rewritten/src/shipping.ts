export type Zone = 'domestic' | 'europe' | 'world'

export interface Parcel {
  weightKg: number
  orderCents: number
  zone?: Zone
  island?: boolean
  discountPercent?: number
}

class Quote {
  private readonly parcel: Parcel

  constructor(parcel: Parcel) {
    this.parcel = parcel
  }

  total(): number {
    this.check()
    return this.carriage() + this.crossing()
  }

  private check(): void {
    const { weightKg } = this.parcel
    if (weightKg >= 0 && weightKg <= Number.MAX_VALUE) return
    throw new RangeError(`weight must be zero or more, got ${weightKg}`)
  }

  private carriage(): number {
    const hundredths = this.listed() * this.percentToPay()
    const rest = hundredths % 100
    return (hundredths - rest) / 100 + (rest < 50 ? 0 : 1)
  }

  private listed(): number {
    const { weightKg, orderCents } = this.parcel
    const isLight = weightKg <= 5
    switch (this.parcel.zone) {
      case 'world':
        return isLight ? 2450 : 4350
      case 'europe':
        return isLight ? 1290 : 2150
      case 'domestic':
      case undefined:
        if (orderCents >= 5000) return 0
        return isLight ? 490 : 990
      default:
        throw new TypeError('no such zone')
    }
  }

  private percentToPay(): number {
    const { discountPercent = 0 } = this.parcel
    return discountPercent > 30 ? 70 : 100 - discountPercent
  }

  private crossing(): number {
    return this.parcel.island === true ? 350 : 0
  }
}

export const shippingPrice = (parcel: Parcel): number => new Quote(parcel).total()
