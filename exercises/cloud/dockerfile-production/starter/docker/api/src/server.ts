import express from 'express'
import { findParcel } from './parcels.js'

const app = express()

app.get('/health', (_request, response) => {
  response.json({ status: 'ok' })
})

app.get('/parcels/:id', (request, response) => {
  const parcel = findParcel(request.params.id)
  if (parcel) response.json(parcel)
  else response.status(404).json({ error: 'no such parcel' })
})

const server = app.listen(Number(process.env.PORT ?? 3000), () => console.log('ready'))

// Docker and Kubernetes send SIGTERM, wait a while, and then kill.
process.on('SIGTERM', () => {
  server.close(() => {
    console.log('no request was lost')
    process.exit(0)
  })
})
