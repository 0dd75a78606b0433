import { MemoryStore } from 'passport-email-otp'
import { testStore } from 'passport-email-otp/testing'
import { expect, test } from 'vitest'
import { NaiveStore } from './naive-store.js'
import { runSuite } from './run-suite.js'

const NO_ADVANCE = 'makeStore returns no advance(ms)'
const NO_EVICT = 'makeStore returns no evict()'
const NO_FAIL_WRITES = 'makeStore returns no failWrites()'
const NO_FORGET = 'the store has no forget()'
const DATE = "the store's clock is the Date of this process"

const reasonsOf = (skipped: string[]) =>
  [...new Set(skipped.map((name) => /\(([^()]*(?:\(.*?\))?)\)$/.exec(name)?.[1]))].sort()

/** A store with only the required methods. */
function requiredOnly() {
  const store = new NaiveStore(() => Date.now())
  return {
    open: store.open.bind(store),
    attempt: store.attempt.bind(store),
    cancel: store.cancel.bind(store),
  }
}

test('tolerates on a running clock only as much as has passed', async () => {
  const verbs = requiredOnly()
  const slow = {
    ...verbs,
    open: async (request: Parameters<typeof verbs.open>[0]) => {
      const result = await verbs.open(request)
      if (!('retryAfterMs' in result)) return result
      return { ...result, retryAfterMs: result.retryAfterMs + 1_000 }
    },
  }
  const { failed } = await runSuite(() => ({ store: slow }))
  expect([...failed.keys()]).toContain('answers waiting rather than limited within the spacing')
})

test('skips at run time only the cases that need what a store lacks, on a running clock', async () => {
  const { passed, skipped, failed } = await runSuite(() => ({ store: requiredOnly() }))
  expect(Object.fromEntries(failed)).toEqual({})
  expect(skipped.length).toBeLessThan(passed.length)
  expect(reasonsOf(skipped)).toEqual([NO_ADVANCE, NO_EVICT, NO_FAIL_WRITES, NO_FORGET].sort())
})

test('fails those cases in a runner that cannot skip at run time, and says how to skip them', async () => {
  const { passed, skipped, failed } = await runSuite(() => ({ store: new MemoryStore() }), {
    skipsAtDeclarationOnly: true,
  })
  expect(skipped).toEqual([])
  expect(passed).not.toEqual([])
  const advice = new Set([...failed.values()].map(({ message }) => message))
  expect([...advice].sort()).toEqual([
    `This test cannot run: ${NO_ADVANCE}. If that is intended, have it skipped: testStore(makeStore, { without: ['advance'] })`,
    `This test cannot run: ${NO_EVICT}. If that is intended, have it skipped: testStore(makeStore, { without: ['evict'] })`,
    `This test cannot run: ${NO_FAIL_WRITES}. If that is intended, have it skipped: testStore(makeStore, { without: ['failWrites'] })`,
  ])
})

test('declares cases as skipped for what `without` names, in every runner', async () => {
  const { skipped, failed } = await runSuite(() => ({ store: requiredOnly() }), {
    without: ['advance', 'evict', 'forget', 'ownClock', 'failWrites'],
    skipsAtDeclarationOnly: true,
  })
  expect(Object.fromEntries(failed)).toEqual({})
  expect(skipped).toContain(
    `does not prolong the limit when more requests arrive (skipped: ${NO_ADVANCE})`,
  )
  expect(skipped).toContain(`erases the failures of the address (skipped: ${NO_FORGET})`)
})

test('skips the cases about an own clock for a store that reads a fake Date', async () => {
  const { Date: real } = globalThis
  let moved = 0
  globalThis.Date = class extends real {
    static override now() {
      return real.now() + moved
    }
  } as DateConstructor
  try {
    const advance = (ms: number) => {
      moved += ms
    }
    const { skipped } = await runSuite(() => ({ store: requiredOnly(), advance, evict: () => {} }))
    expect(reasonsOf(skipped)).toEqual([NO_FAIL_WRITES, NO_FORGET, DATE].sort())
    expect(skipped.filter((name) => name.includes(DATE))).toHaveLength(3)
  } finally {
    globalThis.Date = real
  }
})

test('makes a store for each test, and closes it whether the test passes or fails', async () => {
  let made = 0
  let closed = 0
  const { passed, skipped, failed } = await runSuite(async () => {
    made += 1
    return {
      store: new NaiveStore(() => Date.now(), 'accepts a code twice'),
      close: async () => {
        closed += 1
      },
    }
  })
  expect(failed.size).toBeGreaterThan(0)
  expect(skipped.length).toBeGreaterThan(0)
  expect(made).toBe(passed.length + skipped.length + failed.size)
  expect(closed).toBe(made)
})

test('throws an error that says what to pass when there is no test runner', () => {
  expect(() => testStore(() => ({ store: requiredOnly() }))).toThrow(
    /^testStore found no test runner: .*testStore\(makeStore, \{ describe, test \}\)/,
  )
  expect(() => testStore(() => ({ store: requiredOnly() }), { describe: () => {} })).toThrow(
    TypeError,
  )
})

test('rejects an unknown word in `without`, and lists the known ones', () => {
  const test = Object.assign(() => {}, { skip: () => {} })
  const without = ['clock'] as unknown as ['advance']
  expect(() =>
    testStore(() => ({ store: requiredOnly() }), { describe: () => {}, test, without }),
  ).toThrow(
    'testStore: without has "clock"; known are advance, evict, forget, ownClock, failWrites',
  )
})
