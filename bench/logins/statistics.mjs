export const median = (values) => at(values, 0.5)

export function at(values, share) {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]
}

/**
 * How far the ratios of a contender that is the floor itself are from 1: what lies within is not told apart. The
 * largest of its processes' medians, because a contender is judged by such a median too.
 */
export function noiseOf(ratiosByProcess) {
  return Math.max(...ratiosByProcess.map((ratios) => Math.abs(median(ratios) - 1)))
}
