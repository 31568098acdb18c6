export interface Parcel {
  id: string
  status: 'packed' | 'on the way' | 'delivered'
}

const parcels = new Map<string, Parcel>([
  ['7', { id: '7', status: 'on the way' }],
  ['8', { id: '8', status: 'packed' }],
])

export const findParcel = (id: string): Parcel | undefined => parcels.get(id)
