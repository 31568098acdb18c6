// A gateway of paper for trying things by hand, on port 4000: node src/try-gateway.ts
// Cards that end in 2 are declined; for a card that ends in 3 the charge is made and the answer gets lost.
import express from 'express'

const charges: { id: string; reference: string; amount: number }[] = []
const app = express().use(express.json())

app.post('/charges', (req, res) => {
  const { reference, amount, card } = req.body as { reference: string; amount: number; card: string }
  console.log(`charge of ${amount} under ${reference}`)
  if (card.endsWith('2')) return void res.status(402).json({ code: 'card_declined' })
  const made = { id: `ch_${charges.length + 1}`, reference, amount }
  charges.push(made)
  if (card.endsWith('3')) return void req.socket.destroy()
  res.status(201).json(made)
})

app.get('/charges', (req, res) => {
  res.json(charges.filter((made) => made.reference === req.query['reference']))
})

app.listen(4000, '127.0.0.1')
