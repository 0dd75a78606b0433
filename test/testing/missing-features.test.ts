import { MemoryStore } from 'passport-email-otp'
import { testStore } from 'passport-email-otp/testing'
import { expect, test } from 'vitest'
import { sendLimits } from '../../src/testing/store/cases/send-limits.js'
import { SKIP_REASONS, type StoreUnderTest } from '../../src/testing/store/store-under-test.js'
import { expectNamed, expectRejected, messageOf } from '../helpers/rejects-option.js'
import { NaiveStore } from './naive-store.js'
import { runSuite } from './run-suite.js'

const {
  advance: NO_ADVANCE,
  evict: NO_EVICT,
  failWrites: NO_FAIL_WRITES,
  forget: NO_FORGET,
  ownClock: DATE,
} = SKIP_REASONS

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
  const failedLimits = sendLimits.cases.filter(({ name }) => failed.has(name))
  expect(failedLimits).not.toEqual([])
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
  const lacking = ['advance', 'evict', 'failWrites'] as const
  expect(advice.size).toBe(lacking.length)
  for (const need of lacking) {
    const [message = ''] = [...advice].filter((text) => text.includes(SKIP_REASONS[need]))
    expectNamed(message, `testStore(makeStore, { without: ['${need}'] })`)
  }
})

test('declares cases as skipped for what `without` names, in every runner', async () => {
  const { skipped, failed } = await runSuite(() => ({ store: requiredOnly() }), {
    without: ['advance', 'evict', 'forget', 'ownClock', 'failWrites'],
    skipsAtDeclarationOnly: true,
  })
  expect(Object.fromEntries(failed)).toEqual({})
  for (const reason of [NO_ADVANCE, NO_FORGET]) {
    expect(skipped.filter((name) => name.endsWith(`: ${reason})`))).not.toEqual([])
  }
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
  const withoutRunner = () => testStore(() => ({ store: requiredOnly() }))
  expect(withoutRunner).toThrow(TypeError)
  expectNamed(messageOf(withoutRunner), 'testStore(makeStore, { describe, test })')
  expect(() => testStore(() => ({ store: requiredOnly() }), { describe: () => {} })).toThrow(
    TypeError,
  )
})

test('rejects an unknown word in `without`, and lists the known ones', () => {
  const test = Object.assign(() => {}, { skip: () => {} })
  const without = ['clock'] as unknown as ['advance']
  const known = ['advance', 'evict', 'forget', 'ownClock', 'failWrites']
  const call = () =>
    testStore(() => ({ store: requiredOnly() }), { describe: () => {}, test, without })
  expectRejected(call, 'clock', 'testStore', 'without', ...known)
})

test.each([
  ['a store', requiredOnly()],
  ['nothing', undefined],
  ['null', null],
  ['a store that is undefined', { store: undefined }],
  ['a store class', { store: MemoryStore }],
])(
  'fails each case with the shape that makeStore must return, where it returns %s',
  async (_what, made) => {
    const { passed, failed } = await runSuite(async () => made as unknown as StoreUnderTest)
    expect(passed).toEqual([])
    const messages = new Set([...failed.values()].map(({ message }) => message))
    expect(messages.size).toBe(1)
    expectNamed([...messages].join(), 'testStore', 'makeStore', '{ store }')
  },
)
