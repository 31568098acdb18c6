/** "12 s ago", "3 min ago", "at 14:05 today" … for a moment in ISO 8601; UTC dates where it is long ago. */
export function when(iso: string, now: Date): string {
  const seconds = Math.max(0, Math.round((now.getTime() - Date.parse(iso)) / 1000))
  if (seconds < 60) return `${seconds} s ago`
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h ago`
  return `on ${iso.slice(0, 10)} at ${iso.slice(11, 16)} UTC`
}
