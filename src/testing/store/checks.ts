import assert from 'node:assert/strict'
import type { OpenRequest } from '../../stores/store.js'
import type { Verbs } from './verbs.js'

export interface Checks {
  /** Checks a value, or an answer in all its properties. */
  readonly same: (actual: unknown, expected: unknown) => void
  /** Checks those properties of an answer that `expected` has. */
  readonly like: (actual: object, expected: Readonly<Record<string, unknown>>) => void
  /** Checks how long it takes until a budget is full again: how many of its sends are counted. */
  readonly fullIn: (expectedMs: number, changes?: Partial<OpenRequest>) => Promise<void>
}

/**
 * @param clockRuns where the suite can't stop the store's clock: a time may then be another than expected,
 * by no more than what has passed since the case began. (Shorter, because some of it is over; longer,
 * because what has refilled by itself is not given back.)
 */
export function checks(verbs: Verbs, clockRuns: boolean): Checks {
  const startedAt = performance.now()
  const allowed = (actual: unknown, expected: unknown): unknown => {
    if (!clockRuns || typeof actual !== 'number' || typeof expected !== 'number') return expected
    // Both clocks may round to a millisecond.
    const passed = Math.ceil(performance.now() - startedAt) + 1
    return Math.abs(actual - expected) <= passed ? actual : expected
  }
  const same = (actual: unknown, expected: unknown) => {
    if (!isAnswer(actual) || !isAnswer(expected)) return assert.deepEqual(actual, expected)
    const retryAfterMs = allowed(actual.retryAfterMs, expected.retryAfterMs)
    assert.deepEqual(given(actual), given({ ...expected, retryAfterMs }))
  }
  return {
    same,
    like: (actual, expected) => {
      const names = Object.keys(expected)
      const found = Object.entries(actual).filter(([name]) => names.includes(name))
      same(Object.fromEntries(found), expected)
    },
    fullIn: async (expectedMs, changes) => {
      const actualMs = await verbs.fullAgainIn(changes)
      const budget = changes?.budget?.key ?? 'strangers'
      assert.equal(
        actualMs,
        allowed(actualMs, expectedMs),
        `The budget of ${budget} is full again in ${actualMs} ms, not in ${expectedMs}`,
      )
    },
  }
}

type Answer = Readonly<Record<string, unknown>>

const isAnswer = (value: unknown): value is Answer =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** What an answer says: whoever made the object, and without what is `undefined` in it. */
const given = (answer: Answer): Answer =>
  Object.fromEntries(Object.entries(answer).filter(([, value]) => value !== undefined))
