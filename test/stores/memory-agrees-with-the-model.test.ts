import fc from 'fast-check'
import { expect, test } from 'vitest'
import { MemoryStore } from '../../src/stores/memory.js'
import { DAY, HOUR, KNOWN_BROWSER, MINUTE, SECOND, STRANGER } from './contract/verbs.js'
import { advance, stopTheClock } from './memory-store.js'
import { Model } from './model.js'

stopTheClock()

const ADDRESSES = 6
const CHALLENGES = 12

/** Pauses that end at, just before or just after the instant at which a time limit ends. */
const steps = [0, 1, SECOND, 30 * SECOND, MINUTE, 8 * MINUTE, 10 * MINUTE, HOUR, 90 * MINUTE, DAY]
const pause = fc
  .tuple(fc.constantFrom(...steps, 10 * DAY, 30 * DAY), fc.constantFrom(-1, 0, 0, 0, 1))
  .map(([ms, offset]) => Math.max(0, ms + offset))

const keys = {
  address: fc.nat(ADDRESSES - 1).map((n) => `address ${n}`),
  challenge: fc.nat(CHALLENGES - 1).map((n) => `challenge ${n}`),
}
const budget = fc.constantFrom(STRANGER, STRANGER, KNOWN_BROWSER, { ...STRANGER, key: 'captcha' })
const failuresBelow = fc.constantFrom(2, 5, 50, 50, Number.MAX_SAFE_INTEGER)

const command = fc.oneof(
  { weight: 3, arbitrary: fc.record({ verb: fc.constant('pause'), ms: pause }) },
  {
    weight: 8,
    arbitrary: fc.record({
      verb: fc.constant('open'),
      address: keys.address,
      pending: fc.option(fc.record({ challenge: keys.challenge, failuresBelow }), {
        nil: undefined,
      }),
      ttlMs: fc.constantFrom(MINUTE, 10 * MINUTE, 2 * HOUR, 40 * DAY),
      attempts: fc.constantFrom(1, 5, 5, 10),
      spacingMs: fc.constantFrom(0, 30 * SECOND),
      budget,
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      verb: fc.constant('attempt'),
      ...keys,
      matched: fc.boolean(),
      failuresBelow,
      failuresWindowMs: fc.constantFrom(HOUR, 30 * DAY, 30 * DAY),
      budget,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      verb: fc.constant('cancel'),
      ...keys,
      refund: fc.constantFrom('none', 'reduced', 'reduced', 'whole'),
      spacingMs: fc.constantFrom(0, 30 * SECOND, HOUR),
      budget,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      verb: fc.constant('flood'),
      count: fc.constantFrom(1, 20),
      guesses: fc.boolean(),
      failuresWindowMs: fc.constantFrom(HOUR, 10 * DAY, 30 * DAY),
    }),
  },
)
type Command = typeof command extends fc.Arbitrary<infer C> ? C : never

/** Runs each method on the store and on the model, and compares all results. */
class Both {
  readonly store = new MemoryStore({ maxChallenges: 1_000, maxAddresses: 1_000 })
  readonly model = new Model(1_000, 1_000)
  /** The challenges that were opened last, so that most commands find an existing one. */
  readonly #opened: { address: string; challenge: string }[] = []
  #names = 0

  async run(command: Command): Promise<void> {
    const now = Date.now()
    if (command.verb === 'pause' && 'ms' in command) {
      advance(command.ms)
    } else if (command.verb === 'open' && 'ttlMs' in command) {
      const challenge = `${command.address} ${this.#names++}`
      const pending = command.pending && {
        ...command.pending,
        challenge: this.#find(command.address, command.pending.challenge),
      }
      const request = { ...command, pending, challenge, keepMs: command.ttlMs / 5 }
      const expected = this.model.open(request, now)
      expect(await this.store.open(request)).toStrictEqual(expected)
      if (expected.outcome === 'opened') this.#opened.push({ address: command.address, challenge })
    } else if (command.verb === 'attempt' && 'matched' in command) {
      const request = { ...command, challenge: this.#find(command.address, command.challenge) }
      const expected = this.model.attempt(request, now)
      expect(await this.store.attempt(request)).toStrictEqual(expected)
    } else if (command.verb === 'cancel' && 'refund' in command) {
      const request = { ...command, challenge: this.#find(command.address, command.challenge) }
      this.model.cancel(request, now)
      await this.store.cancel(request)
    } else if (command.verb === 'flood' && 'guesses' in command) {
      await this.flood(command.count, command.guesses ? command.failuresWindowMs : undefined)
    }
    if ('address' in command) await this.#compareBudgets(command.address)
    expect(this.store.size).toEqual({
      challenges: this.model.challenges.length + this.model.used.length,
      addresses: this.model.addresses.rows.length,
    })
  }

  /** Opens a challenge for so many new addresses. If a window is given, also guesses wrong there. */
  async flood(count: number, failuresWindowMs?: number): Promise<void> {
    for (let i = 0; i < count; i += 1) {
      const address = `flood ${this.#names++}`
      const rules = { ttlMs: 10 * MINUTE, keepMs: 0, attempts: 5, spacingMs: 0, budget: STRANGER }
      const open = { address, challenge: address, ...rules }
      const expected = this.model.open(open, Date.now())
      expect(await this.store.open(open)).toStrictEqual(expected)
      if (failuresWindowMs === undefined) continue
      const guess = {
        address,
        challenge: address,
        matched: false,
        failuresBelow: 1e6,
        failuresWindowMs,
        budget: STRANGER,
      }
      const counted = this.model.attempt(guess, Date.now())
      expect(await this.store.attempt(guess)).toStrictEqual(counted)
    }
  }

  /**
   * Compares when budgets are full again, and before when they allow no send. Refusals say it and write
   * nothing: with a burst of one the former, with a large one the latter.
   */
  async #compareBudgets(address: string): Promise<void> {
    const row = this.model.addresses.find(address)
    for (const [key, fullAt] of row?.fullAt ?? []) {
      const notBefore = row?.notBefore.get(key) ?? 0
      for (const [burst, until] of [
        [1, Math.max(fullAt, notBefore)],
        [1e15, notBefore],
      ] as const) {
        if (until <= Date.now()) continue
        const rules = { ttlMs: 1, keepMs: 0, attempts: 1, spacingMs: 0 }
        const request = { address, challenge: '', ...rules, budget: { key, burst, refillMs: 1 } }
        const limited = { outcome: 'limited', retryAfterMs: until - Date.now() }
        expect(this.model.open(request, Date.now())).toEqual(limited)
        expect(await this.store.open(request)).toEqual(limited)
      }
    }
  }

  /** Returns one of the last challenges, mostly of this address. */
  #find(address: string, name: string): string {
    const n = Number(name.split(' ')[1])
    const last = this.#opened.slice(-4 * CHALLENGES)
    const own = n < 9 ? last.filter((row) => row.address === address) : last
    return own.at(-1 - (n % 3))?.challenge ?? 'never was'
  }
}

async function runOnBoth(commands: Command[], prepare: (both: Both) => Promise<void>) {
  const both = new Both()
  await prepare(both)
  for (const each of commands) await both.run(each)
}

const sequences = (length: number) => fc.array(command, { maxLength: length, size: 'max' })

test('answers like the model while it is not full', { timeout: 60_000 }, async () => {
  const property = fc.asyncProperty(sequences(80), (commands) =>
    runOnBoth(commands, async () => {}),
  )
  await fc.assert(property, { numRuns: 300 })
})

test('answers like the model while it is full and most addresses are under attack', {
  timeout: 60_000,
}, async () => {
  const property = fc.asyncProperty(sequences(120), fc.nat(40), (commands, calm) =>
    runOnBoth(commands, async (both) => {
      await both.flood(480 - calm, 30 * DAY)
      advance(1)
      await both.flood(500, 10 * DAY)
      await both.flood(calm)
    }),
  )
  // Filling the store takes time, so a failing sequence is not shrunk.
  await fc.assert(property, { numRuns: 6, endOnFailure: true })
})
