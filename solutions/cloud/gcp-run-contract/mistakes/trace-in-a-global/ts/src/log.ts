type Severity = 'INFO' | 'WARNING' | 'ERROR'
export type Log = (severity: Severity, message: string) => void

let trace: string | undefined

/** Writes one JSON object a line; with the trace of the request, Cloud Logging shows its lines together. */
export function logFor(traceHeader?: string): Log {
  trace = traceHeader?.split('/')[0]
  return (severity, message) => {
    const field = trace ? { 'logging.googleapis.com/trace': `projects/${process.env.GOOGLE_CLOUD_PROJECT}/traces/${trace}` } : {}
    console.log(JSON.stringify({ severity, message, ...field }))
  }
}
