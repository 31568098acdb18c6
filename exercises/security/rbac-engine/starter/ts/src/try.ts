// A small shop and a few questions: node src/try.ts
import { AccessControl } from './access.ts'

const access = new AccessControl()
access.defineRole('packer', { rules: [{ effect: 'allow', action: 'parcel:*', scope: 'shop:7/parcels/*' }] })
access.defineRole('trainee', { inherits: ['packer'], rules: [{ effect: 'deny', action: 'parcel:delete', scope: '*' }] })
access.assign('mei', 'packer')
access.assign('raj', 'trainee')

const questions = [
  ['mei', 'parcel:label', 'shop:7/parcels/31'],
  ['mei', 'parcel:delete', 'shop:7/parcels/31'],
  ['mei', 'parcel:label', 'shop:70/parcels/31'],
  ['raj', 'parcel:label', 'shop:7/parcels/31'],
  ['raj', 'parcel:delete', 'shop:7/parcels/31'],
  ['ida', 'parcel:label', 'shop:7/parcels/31'],
] as const

for (const [user, action, resource] of questions) {
  console.log(`${user} ${action} ${resource}\n  →`, access.check(user, action, resource))
}
