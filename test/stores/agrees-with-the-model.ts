import fc from 'fast-check'
import { expect } from 'vitest'
import type { ChallengeStore } from '../../src/stores/store.js'
import { DAY, HOUR, KNOWN_BROWSER, MINUTE, SECOND, STRANGER } from './contract/verbs.js'
import { Model } from './model.js'

/** An empty store whose clock stands still until `advance` moves it. */
interface ClockedStore {
  readonly store: ChallengeStore
  readonly advance: (ms: number) => unknown
}

/** Pauses that end at, just before or just after the instant at which a time limit ends. */
const steps = [0, 1, SECOND, 30 * SECOND, MINUTE, 8 * MINUTE, 10 * MINUTE, HOUR, 90 * MINUTE, DAY]
const pause = fc
  .tuple(fc.constantFrom(...steps, 10 * DAY, 30 * DAY), fc.constantFrom(-1, 0, 0, 0, 1))
  .map(([ms, offset]) => Math.max(0, ms + offset))

const address = fc.constantFrom('alice', 'alice', 'bob')
/** Index of a challenge among those of the address, counted back from the last one. */
const back = fc.nat(3)
const budget = fc.constantFrom(STRANGER, STRANGER, KNOWN_BROWSER)
const failuresBelow = fc.constantFrom(2, 5, 50, 50, Number.MAX_SAFE_INTEGER)

const command = fc.oneof(
  { weight: 3, arbitrary: fc.record({ verb: fc.constant('pause' as const), ms: pause }) },
  {
    weight: 8,
    arbitrary: fc.record({
      verb: fc.constant('open' as const),
      address,
      pending: fc.option(fc.record({ back, failuresBelow }), { nil: undefined }),
      /** Whether an earlier challenge is opened once more, as by a second click. */
      again: fc.option(back, { nil: undefined, freq: 6 }),
      ttlMs: fc.constantFrom(MINUTE, 10 * MINUTE, 2 * HOUR, 40 * DAY),
      attempts: fc.constantFrom(1, 5, 5, 10),
      spacingMs: fc.constantFrom(0, 30 * SECOND),
      budget,
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      verb: fc.constant('attempt' as const),
      address,
      back,
      matched: fc.boolean(),
      failuresBelow,
      failuresWindowMs: fc.constantFrom(HOUR, 30 * DAY, 30 * DAY),
      budget,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      verb: fc.constant('cancel' as const),
      address,
      back,
      refund: fc.constantFrom('none', 'reduced', 'reduced', 'whole'),
      spacingMs: fc.constantFrom(0, 30 * SECOND, HOUR),
      budget,
    }),
  },
)
type Command = typeof command extends fc.Arbitrary<infer C> ? C : never

/** A model without a limit on rows, which never drops an address. */
function unbounded(): Model {
  const model = new Model(1e9, 1e9)
  model.addresses.clearExpired = () => {}
  return model
}

/** Runs commands on the store and on the model, and compares all results. */
async function runOnBoth(commands: Command[], { store, advance }: ClockedStore): Promise<void> {
  const model = unbounded()
  const opened: { address: string; challenge: string }[] = []
  let now = 0
  const find = (address: string, back: number) =>
    opened.filter((row) => row.address === address).at(-1 - back)?.challenge ?? 'never was'

  for (const { verb, ...rest } of commands) {
    if ('ms' in rest) {
      now += rest.ms
      await advance(rest.ms)
    } else if ('ttlMs' in rest) {
      const { address, ttlMs, again } = rest
      const challenge = again === undefined ? `${opened.length}` : find(address, again)
      const pending = rest.pending && {
        challenge: find(address, rest.pending.back),
        failuresBelow: rest.pending.failuresBelow,
      }
      const request = { ...rest, pending, challenge, keepMs: ttlMs / 5 }
      const expected = model.open(request, now)
      expect(await store.open(request)).toStrictEqual(expected)
      if (expected.outcome === 'opened') opened.push({ address, challenge })
    } else if (verb === 'attempt' && 'matched' in rest) {
      const request = { ...rest, challenge: find(rest.address, rest.back) }
      expect(await store.attempt(request)).toStrictEqual(model.attempt(request, now))
    } else if ('refund' in rest) {
      const request = { ...rest, challenge: find(rest.address, rest.back) }
      model.cancel(request, now)
      await store.cancel(request)
    }
    if ('address' in rest) await expectSameBudgets(model, store, rest.address, now)
  }
}

/**
 * Compares when budgets are full again, and before when they allow no send. Refusals say it and write nothing:
 * with a burst of one the former, with a large one the latter.
 */
async function expectSameBudgets(
  model: Model,
  store: ClockedStore['store'],
  address: string,
  now: number,
): Promise<void> {
  const row = model.addresses.find(address)
  for (const { key } of [STRANGER, KNOWN_BROWSER]) {
    const fullAt = row?.fullAt.get(key) ?? 0
    const notBefore = row?.notBefore.get(key) ?? 0
    for (const [burst, until] of [
      [1, Math.max(fullAt, notBefore)],
      [1e15, notBefore],
    ] as const) {
      if (until <= now) continue
      const rules = { ttlMs: 1, keepMs: 0, attempts: 1, spacingMs: 0 }
      const request = { address, challenge: '', ...rules, budget: { key, burst, refillMs: 1 } }
      expect(await store.open(request)).toEqual({ outcome: 'limited', retryAfterMs: until - now })
    }
  }
}

/** Runs random sequences of commands on empty stores, and compares all results with the model. */
export async function agreesWithTheModel(makeStore: () => Promise<ClockedStore>): Promise<void> {
  const sequences = fc.array(command, { maxLength: 60, size: 'max' })
  const property = fc.asyncProperty(sequences, async (commands) =>
    runOnBoth(commands, await makeStore()),
  )
  await fc.assert(property, { numRuns: 100 })
}
