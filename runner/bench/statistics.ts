/** Middle and ends of some figures, in their unit. */
export interface Spread {
  median: number
  min: number
  max: number
}

/** One figure as a ratio against its baseline; both were taken by turns in the same run. */
export interface Measure {
  /** Median of the ratios of the single pairs: what slows the machine down for a while meets both sides of a pair. */
  ratio: number
  /** Lower and upper quartile of those ratios: how far the load of the machine moves them. */
  quartiles: [lower: number, upper: number]
  /** Least of ours divided by the least of the baseline: the ratio in the quietest moments of a busy machine. */
  quietRatio: number
  ours: Spread
  baseline: Spread
  unit: 'ms' | 'MB'
  /** How many pairs. */
  runs: number
}

/** The value below which a share of the figures lies, between neighbours in proportion; NaN of none. */
export function quantile(figures: readonly number[], share: number): number {
  const sorted = [...figures].sort((a, b) => a - b)
  const place = (sorted.length - 1) * share
  const below = sorted[Math.floor(place)] ?? Number.NaN
  const above = sorted[Math.ceil(place)] ?? Number.NaN
  return below + (above - below) * (place - Math.floor(place))
}

export const median = (figures: readonly number[]): number => quantile(figures, 0.5)

/** Rounded to tenths: finer than anything a clock on a busy machine can tell. */
export const spreadOf = (figures: readonly number[]): Spread => ({
  median: rounded(median(figures), 1),
  min: rounded(quantile(figures, 0), 1),
  max: rounded(quantile(figures, 1), 1),
})

/**
 * @param ours figures of ours, in the order they were taken
 * @param baseline as many of the baseline, each taken right after ours at the same place
 */
export function measureOf(ours: readonly number[], baseline: readonly number[], unit: Measure['unit'] = 'ms'): Measure {
  const ratios = ours.map((figure, i) => figure / (baseline[i] ?? Number.NaN))
  return {
    ratio: rounded(median(ratios), 3),
    quartiles: [rounded(quantile(ratios, 0.25), 3), rounded(quantile(ratios, 0.75), 3)],
    quietRatio: rounded(quantile(ours, 0) / quantile(baseline, 0), 3),
    ours: spreadOf(ours),
    baseline: spreadOf(baseline),
    unit,
    runs: ours.length,
  }
}

export const rounded = (figure: number, digits: number): number => Number(figure.toFixed(digits))
