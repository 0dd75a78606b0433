import fc from 'fast-check'
import { expect } from 'vitest'
import type { ChallengeStore } from '../../src/stores/store.js'
import { NaiveStore } from '../testing/naive-store.js'
import { DAY, HOUR, KNOWN_BROWSER, MINUTE, SECOND, STRANGER } from './contract/verbs.js'

/** An empty store whose clock stands still until `advance` moves it. */
interface ClockedStore {
  readonly store: ChallengeStore
  readonly advance: (ms: number) => unknown
  /** How many rows a store keeps that deletes them exactly as the model does. */
  readonly size?: () => { readonly challenges: number; readonly addresses: number }
}

interface Runs {
  /** Default: the naive store. */
  readonly model?: (clock: () => number) => NaiveStore
  /** Commands before each sequence. */
  readonly before?: fc.Arbitrary<Command[]>
  readonly numRuns?: number
  readonly endOnFailure?: boolean
}

/** Pauses that end at, just before or just after the instant at which a time limit ends. */
const steps = [0, 1, SECOND, 30 * SECOND, MINUTE, 8 * MINUTE, 10 * MINUTE, HOUR, 90 * MINUTE, DAY]
const pause = fc
  .tuple(fc.constantFrom(...steps, 10 * DAY, 30 * DAY), fc.constantFrom(-1, 0, 0, 0, 1))
  .map(([ms, offset]) => Math.max(0, ms + offset))

/** A challenge that was opened: counted back from the last one of the address, or of all. */
const back = fc.record({ steps: fc.nat(3), ofAll: fc.constantFrom(false, false, false, true) })
const address = fc.constantFrom('alice', 'alice', 'alice', 'bob', 'bob', 'carol')
const captcha = { ...STRANGER, key: 'captcha' }
const budget = fc.constantFrom(STRANGER, STRANGER, KNOWN_BROWSER, captcha)
const failuresBelow = fc.constantFrom(2, 5, 50, 50, Number.MAX_SAFE_INTEGER)

const commandWith = (floods: number) =>
  fc.oneof(
    { weight: 3, arbitrary: fc.record({ verb: fc.constant('pause' as const), ms: pause }) },
    {
      weight: 8,
      arbitrary: fc.record({
        verb: fc.constant('open' as const),
        address,
        pending: fc.option(fc.record({ back, failuresBelow }), { nil: undefined }),
        /** Whether an earlier challenge is opened once more, as by a second click. */
        again: fc.option(fc.record({ steps: fc.nat(3) }), { nil: undefined, freq: 6 }),
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
    {
      weight: floods,
      arbitrary: fc.record({
        verb: fc.constant('flood' as const),
        count: fc.constantFrom<number[]>(1, 20),
        failuresWindowMs: fc.constantFrom(undefined, undefined, HOUR, 10 * DAY, 30 * DAY),
      }),
    },
  )
export type Command = ReturnType<typeof commandWith> extends fc.Arbitrary<infer C> ? C : never

/** Runs each method on the store and on the model, and compares all results. */
class Both {
  readonly #made: ClockedStore
  readonly #model: NaiveStore
  readonly #opened: { address: string; challenge: string }[] = []
  #names = 0
  #now = 0

  constructor(made: ClockedStore, makeModel: (clock: () => number) => NaiveStore) {
    this.#made = made
    this.#model = makeModel(() => this.#now)
  }

  async run(command: Command): Promise<void> {
    if (command.verb === 'pause') {
      this.#now += command.ms
      await this.#made.advance(command.ms)
    } else if (command.verb === 'open') {
      const { address, ttlMs, again, pending } = command
      await this.#open({
        ...command,
        challenge: (again && this.#find(address, again)) ?? `${this.#names++}`,
        pending: pending && { ...pending, challenge: this.#found(address, pending.back) },
        keepMs: ttlMs / 5,
      })
    } else if (command.verb === 'attempt') {
      await this.#attempt({ ...command, challenge: this.#found(command.address, command.back) })
    } else if (command.verb === 'cancel') {
      const request = { ...command, challenge: this.#found(command.address, command.back) }
      await this.#model.cancel(request)
      await this.#made.store.cancel(request)
    } else await this.#flood(command)
    if ('address' in command) await this.#expectSameBudgets(command.address)
    if (this.#made.size) expect(this.#made.size()).toEqual(this.#model.size)
  }

  async #open(request: Parameters<ChallengeStore['open']>[0]): Promise<void> {
    const expected = await this.#model.open(request)
    expect(await this.#made.store.open(request)).toStrictEqual(expected)
    if (expected.outcome === 'opened') this.#opened.push(request)
  }

  async #attempt(request: Parameters<ChallengeStore['attempt']>[0]): Promise<void> {
    const expected = await this.#model.attempt(request)
    expect(await this.#made.store.attempt(request)).toStrictEqual(expected)
  }

  /** Opens a challenge for so many new addresses. If a window is given, also guesses wrong there. */
  async #flood({ count, failuresWindowMs }: Command & { verb: 'flood' }): Promise<void> {
    for (let i = 0; i < count; i += 1) {
      const name = `flood ${this.#names++}`
      const key = { address: name, challenge: name, budget: STRANGER }
      await this.#open({ ...key, ttlMs: 10 * MINUTE, keepMs: 0, attempts: 5, spacingMs: 0 })
      if (failuresWindowMs === undefined) continue
      await this.#attempt({ ...key, matched: false, failuresBelow: 1e6, failuresWindowMs })
    }
  }

  #found(address: string, back: { steps: number; ofAll: boolean }): string {
    return this.#find(address, back) ?? 'never was'
  }

  #find(address: string, { steps, ofAll = false }: { steps: number; ofAll?: boolean }) {
    const among = this.#opened.filter((row) => ofAll || row.address === address)
    return among.at(-1 - steps)?.challenge
  }

  /**
   * Compares when budgets are full again, and before when they allow no send. Refusals say it and write nothing:
   * with a burst of one the former, with a large one the latter.
   */
  async #expectSameBudgets(address: string): Promise<void> {
    const row = this.#model.addresses.get(address)
    for (const { key } of [STRANGER, KNOWN_BROWSER, captcha]) {
      const notBefore = row?.notBefore.get(key) ?? 0
      for (const [burst, until] of [
        [1, Math.max(row?.fullAt.get(key) ?? 0, notBefore)],
        [1e15, notBefore],
      ] as const) {
        if (until <= this.#now) continue
        const rules = { ttlMs: 1, keepMs: 0, attempts: 1, spacingMs: 0 }
        const request = { address, challenge: '', ...rules, budget: { key, burst, refillMs: 1 } }
        const limited = { outcome: 'limited', retryAfterMs: until - this.#now }
        expect(await this.#model.open(request)).toEqual(limited)
        expect(await this.#made.store.open(request)).toEqual(limited)
      }
    }
  }
}

/** Runs random sequences of commands on empty stores, and compares all results with the model. */
export async function agreesWithTheModel(
  makeStore: () => Promise<ClockedStore>,
  { model, before = fc.constant([]), numRuns = 100, endOnFailure = false }: Runs = {},
): Promise<void> {
  const command = commandWith(model ? 5 : 0)
  const sequence = fc.array(command, { maxLength: 60, size: 'max' })
  const property = fc.asyncProperty(before, sequence, async (first, rest) => {
    const both = new Both(await makeStore(), model ?? ((clock) => new NaiveStore(clock)))
    for (const each of [...first, ...rest]) await both.run(each)
  })
  await fc.assert(property, { numRuns, endOnFailure })
}
