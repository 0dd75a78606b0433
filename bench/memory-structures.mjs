// npm run build && node --expose-gc bench/memory-structures.mjs   (about a minute)
//
// Measures why the memory store spreads its rows over 64 Maps (KeyIndex) and links them by age (AgeList), instead
// of one Map in the order of insertion. Each step is repeated, and for each call the shortest time counts, so that
// pauses of the machine and of garbage collection do not.

import { performance } from 'node:perf_hooks'
import { AgeList } from '../dist/esm/stores/memory/age-list.js'
import { KeyIndex } from '../dist/esm/stores/memory/key-index.js'

const ROWS = 1_000_000
const REPEATS = 5
const keys = Array.from({ length: ROWS + 200_000 }, (_, i) => `${(i * 7919) % 9973}k${i}`)

/** One Map: the oldest row is the first one that is still there. */
function oneMap() {
  const rows = new Map()
  return {
    add: (key) => rows.set(key, { key, older: undefined, newer: undefined }),
    removeOldest: () => {
      rows.delete(rows.keys().next().value)
    },
  }
}

/** What the memory store uses. */
function keyIndexAndAgeList() {
  const rows = new KeyIndex()
  const byAge = new AgeList()
  return {
    add: (key) => {
      const row = { key, older: undefined, newer: undefined }
      rows.add(key, row)
      byAge.add(row)
    },
    removeOldest: () => {
      const { oldest } = byAge
      rows.remove(oldest.key)
      byAge.remove(oldest)
    },
  }
}

/** The shortest time of each call over all repeats, in milliseconds. */
function shortestTimes(make) {
  let fill
  let churn
  for (let repeat = 0; repeat < REPEATS; repeat++) {
    globalThis.gc?.()
    const table = make()
    fill = shorter(
      fill,
      timesOf(ROWS, (i) => table.add(keys[i])),
    )
    churn = shorter(
      churn,
      timesOf(20_000, (i) => {
        table.removeOldest()
        table.add(keys[ROWS + i])
      }),
    )
  }
  return { fill, churn }
}

function timesOf(calls, run) {
  const times = new Float32Array(calls)
  for (let i = 0; i < calls; i++) {
    const started = performance.now()
    run(i)
    times[i] = performance.now() - started
  }
  return times
}

function shorter(former, times) {
  return former === undefined ? times : times.map((time, i) => Math.min(time, former[i]))
}

const longest = (times) => times.reduce((a, b) => Math.max(a, b), 0)
const median = (times) => Float32Array.from(times).sort()[times.length >> 1]

console.log(`Node.js ${process.version}, ${ROWS} rows, shortest of ${REPEATS} runs for each call`)
console.log(
  '| structure | longest call while it fills | longest call when full | median call when full |',
)
console.log('| --- | --- | --- | --- |')
for (const [name, make] of [
  ['one Map', oneMap],
  ['KeyIndex and AgeList', keyIndexAndAgeList],
]) {
  const { fill, churn } = shortestTimes(make)
  const ms = (value) => `${value.toFixed(value < 1 ? 3 : 1)} ms`
  console.log(`| ${name} | ${ms(longest(fill))} | ${ms(longest(churn))} | ${ms(median(churn))} |`)
}
