import { createApp } from './app.ts'
import { shutDownOnSignal } from './shutdown.ts'

const server = createApp().listen(Number(process.env.PORT ?? 3000), '127.0.0.1')

// The balancer keeps its connections for a minute; ours must live longer than that.
server.keepAliveTimeout = 65_000

shutDownOnSignal(server, {
  drainDelayMs: Number(process.env.DRAIN_DELAY_MS ?? 300),
  deadlineMs: Number(process.env.SHUTDOWN_DEADLINE_MS ?? 5000),
})
