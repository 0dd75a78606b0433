import { MemoryStore } from 'passport-email-otp'
import { testStore } from 'passport-email-otp/testing'
import { expect, test } from 'vitest'
import { NaiveStore } from './naive-store.js'
import { runSuite } from './run-suite.js'

const NO_ADVANCE = 'makeStore gives no advance(ms)'
const NO_EVICT = 'makeStore gives no evict()'
const NO_FORGET = 'the store has no forget()'
const DATE = "the store's clock is this process's Date"

const reasonsOf = (skipped: string[]) =>
  [...new Set(skipped.map((name) => /\(([^()]*(?:\(.*?\))?)\)$/.exec(name)?.[1]))].sort()

/** The verbs of a store that has nothing else. */
function verbsOnly() {
  const store = new NaiveStore(() => Date.now())
  return {
    open: store.open.bind(store),
    attempt: store.attempt.bind(store),
    cancel: store.cancel.bind(store),
  }
}

test('on a running clock, what moves it is skipped and says so, and all else passes', async () => {
  const { passed, skipped, failed } = await runSuite(() => ({ store: new MemoryStore() }))
  expect(Object.fromEntries(failed)).toEqual({})
  expect(reasonsOf(skipped)).toEqual([NO_ADVANCE, NO_EVICT])
  expect(skipped.length).toBeLessThan(passed.length)
})

test('a running clock may change a time by what has passed, and by no more', async () => {
  const verbs = verbsOnly()
  const slow = {
    ...verbs,
    open: async (request: Parameters<typeof verbs.open>[0]) => {
      const result = await verbs.open(request)
      if (!('retryAfterMs' in result)) return result
      return { ...result, retryAfterMs: result.retryAfterMs + 1_000 }
    },
  }
  const { failed } = await runSuite(() => ({ store: slow }))
  expect([...failed.keys()]).toContain('waiting comes before the limit')
})

test('what a store lacks is skipped while the tests run', async () => {
  const { skipped } = await runSuite(() => ({ store: verbsOnly() }))
  expect(reasonsOf(skipped)).toEqual([NO_ADVANCE, NO_EVICT, NO_FORGET])
})

test('where a runner cannot do that, they fail and say how to have them skipped', async () => {
  const { passed, skipped, failed } = await runSuite(() => ({ store: new MemoryStore() }), {
    skipsAtDeclarationOnly: true,
  })
  expect(skipped).toEqual([])
  expect(passed).not.toEqual([])
  const advice = new Set([...failed.values()].map(({ message }) => message))
  expect([...advice].sort()).toEqual([
    `This test can't be run: ${NO_ADVANCE}. If that is meant to be so, have it skipped: testStore(makeStore, { without: ['advance'] })`,
    `This test can't be run: ${NO_EVICT}. If that is meant to be so, have it skipped: testStore(makeStore, { without: ['evict'] })`,
  ])
})

test('what is declared to be lacking is skipped by name, in every runner', async () => {
  const { skipped, failed } = await runSuite(() => ({ store: verbsOnly() }), {
    without: ['advance', 'evict', 'forget', 'ownClock'],
    skipsAtDeclarationOnly: true,
  })
  expect(Object.fromEntries(failed)).toEqual({})
  expect(skipped).toContain(
    `asking while limited does not prolong the limit (skipped: ${NO_ADVANCE})`,
  )
  expect(skipped).toContain(`its failures are forgotten (skipped: ${NO_FORGET})`)
})

test('a store that is moved by moving Date has no clock of its own, and that is skipped', async () => {
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
    const { skipped } = await runSuite(() => ({ store: verbsOnly(), advance, evict: () => {} }))
    expect(reasonsOf(skipped)).toEqual([NO_FORGET, DATE].sort())
    expect(skipped.filter((name) => name.includes(DATE))).toHaveLength(3)
  } finally {
    globalThis.Date = real
  }
})

test('each test has a store of its own, which is closed however the test ends', async () => {
  let made = 0
  let closed = 0
  const { passed, skipped, failed } = await runSuite(async () => {
    made += 1
    return {
      store: new NaiveStore(() => Date.now(), 'accepts twice'),
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

test('without a test runner it says what to pass', () => {
  expect(() => testStore(() => ({ store: verbsOnly() }))).toThrow(
    /^testStore found no test runner: .*testStore\(makeStore, \{ describe, test \}\)/,
  )
  expect(() => testStore(() => ({ store: verbsOnly() }), { describe: () => {} })).toThrow(TypeError)
})

test('a need that it does not know is refused, with those that it knows', () => {
  const test = Object.assign(() => {}, { skip: () => {} })
  const without = ['clock'] as unknown as ['advance']
  expect(() =>
    testStore(() => ({ store: verbsOnly() }), { describe: () => {}, test, without }),
  ).toThrow('testStore: without has "clock"; known are advance, evict, forget, ownClock')
})
