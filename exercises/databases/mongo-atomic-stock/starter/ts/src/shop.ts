import { MongoClient } from 'mongodb'
import { buy, cartOf, prepare, setQuantity, type Change, type Purchase } from './stock.ts'

/** The rest of the app, as the tests play it: one client, and requests that share it. Nothing in here has to change. */
export async function openShop() {
  const client = new MongoClient(process.env.MONGODB_URL ?? 'mongodb://127.0.0.1:27017/shop')
  const db = client.db()
  await prepare(db)
  return {
    buy: (purchase: Purchase) => buy(db, purchase),
    /** As many purchases at the same moment. */
    buyAtOnce: (times: number, purchase: Purchase) => Promise.all(Array.from({ length: times }, () => buy(db, purchase))),
    setQuantity: (change: Change) => setQuantity(db, change),
    /** What a page shows of a cart. */
    cartOf: (customer: number) => cartOf(db, customer).then(({ customer, lines }) => ({ customer, lines })),
    close: () => client.close(),
  }
}
