// Ends with 0 when the service answers, with 1 when it does not.
const url = `http://127.0.0.1:${process.env.PORT ?? 3000}/health`

try {
  const response = await fetch(url, { signal: AbortSignal.timeout(2000) })
  process.exitCode = response.ok ? 0 : 1
} catch {
  process.exitCode = 1
}
