export const FLOOR = 'floor'
/** The floor a second time. What it differs by is what cannot be told apart. */
export const SAME = 'floor again'

export const median = (values) => at(values, 0.5)

function at(values, share) {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]
}

/**
 * How far the ratios of a contender that is the floor itself are from 1: what lies within is not told apart. The
 * largest of its processes' medians, because a contender is judged by such a median too.
 */
function noiseOf(ratiosByProcess) {
  return Math.max(...ratiosByProcess.map((ratios) => Math.abs(median(ratios) - 1)))
}

/** @param measured the results of each round, of all contenders, with the index of their processes */
export function summarize(contenders, measured, concurrency) {
  const indexes = [...new Set(measured.map(({ index }) => index))]
  /** The median ratio to the floor of the same round, for each process. */
  const ratios = (name, field) =>
    indexes.map((index) =>
      measured
        .filter((each) => each.index === index)
        .map(({ results }) => results[name][field] / results[FLOOR][field]),
    )
  const noise = {
    cpu: noiseOf(ratios(SAME, 'cpu')),
    perSecond: noiseOf(ratios(SAME, 'perSecond')),
  }
  return contenders.map((name) => ({
    name,
    concurrency,
    noise,
    cpu: median(measured.map(({ results }) => results[name].cpu)),
    perSecond: median(measured.map(({ results }) => results[name].perSecond)),
    p99: at(
      measured.flatMap(({ results }) => results[name].times),
      0.99,
    ),
    cpuRatio: median(ratios(name, 'cpu').map(median)),
    perSecondRatio: median(ratios(name, 'perSecond').map(median)),
  }))
}
