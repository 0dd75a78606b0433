import assert from 'node:assert/strict'
import type { OpenRequest } from '../../stores/store.js'
import type { Verbs } from './verbs.js'

export interface Checks {
  /** Asserts that a value, or every property of a result, is as expected. */
  readonly expectEqual: (actual: unknown, expected: unknown) => void
  /** Asserts only those properties of a result that `expected` has. */
  readonly expectMatch: (actual: object, expected: Readonly<Record<string, unknown>>) => void
  /** Asserts how many milliseconds a budget needs until it is full, which tells how many sends are charged. */
  readonly expectFullIn: (expectedMs: number, changes?: Partial<OpenRequest>) => Promise<void>
}

/**
 * @param clockRuns whether the suite cannot stop the store's clock. A time may then differ from the expected
 * one by as much as has passed since the case began: it is shorter where that time has been waited
 * already, and longer where a send has refilled in it, because that part is not refunded.
 */
export function checks(verbs: Verbs, clockRuns: boolean): Checks {
  const startedAt = performance.now()
  const tolerate = (actual: unknown, expected: unknown): unknown => {
    if (!clockRuns || typeof actual !== 'number' || typeof expected !== 'number') return expected
    // Both clocks may round to a millisecond.
    const passed = Math.ceil(performance.now() - startedAt) + 1
    return Math.abs(actual - expected) <= passed ? actual : expected
  }
  const expectEqual = (actual: unknown, expected: unknown) => {
    if (!isResult(actual) || !isResult(expected)) return assert.deepEqual(actual, expected)
    const retryAfterMs = tolerate(actual.retryAfterMs, expected.retryAfterMs)
    assert.deepEqual(definedOnly(actual), definedOnly({ ...expected, retryAfterMs }))
  }
  return {
    expectEqual,
    expectMatch: (actual, expected) => {
      const names = Object.keys(expected)
      const found = Object.entries(actual).filter(([name]) => names.includes(name))
      expectEqual(Object.fromEntries(found), expected)
    },
    expectFullIn: async (expectedMs, changes) => {
      const actualMs = await verbs.msUntilFull(changes)
      const budget = changes?.budget?.key ?? 'strangers'
      assert.equal(
        actualMs,
        tolerate(actualMs, expectedMs),
        `The budget of ${budget} is full again in ${actualMs} ms, not in ${expectedMs}`,
      )
    },
  }
}

type Result = Readonly<Record<string, unknown>>

const isResult = (value: unknown): value is Result =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Copies the properties that are not `undefined`, so that neither these nor prototypes are compared. */
const definedOnly = (result: Result): Result =>
  Object.fromEntries(Object.entries(result).filter(([, value]) => value !== undefined))
