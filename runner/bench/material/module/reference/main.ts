export interface Loan {
  book: string
  member: string
  days: number
}

export function totalDays(loans: Loan[]): number {
  return loans.reduce((sum, loan) => sum + loan.days, 0)
}

export function longest(loans: Loan[]): string | null {
  const sorted = [...loans].sort((a, b) => b.days - a.days)
  return sorted[0]?.book ?? null
}

export function members(loans: Loan[]): string[] {
  return [...new Set(loans.map((loan) => loan.member))].sort()
}

export function daysOf(loans: Loan[]): Record<string, number> {
  const days: Record<string, number> = {}
  for (const { member, days: more } of loans) days[member] = (days[member] ?? 0) + more
  return days
}

export function overdue(loans: Loan[], limit: number): Loan[] {
  return loans.filter((loan) => loan.days > limit)
}

export function fine(days: number, limit: number): number {
  return Math.min(2000, Math.max(0, days - limit) * 25)
}

export function page<T>(items: T[], size: number, number: number): T[] {
  return items.slice((number - 1) * size, number * size)
}

export function label(loan: Loan): string {
  return `"${loan.book}" (${loan.member})`
}
