type Severity = 'INFO' | 'WARNING' | 'ERROR'
export type Log = (severity: Severity, message: string) => void

/** Writes one JSON object a line; with the trace of a request, Cloud Logging shows its lines together. */
export function logFor(traceHeader?: string): Log {
  const id = traceHeader?.split('/')[0]
  const trace = id ? { 'logging.googleapis.com/trace': `projects/${process.env.GOOGLE_CLOUD_PROJECT}/traces/${id}` } : {}
  return (severity, message) => console.log(`${severity} ${message}${id ? ` (${trace['logging.googleapis.com/trace']})` : ''}`)
}
