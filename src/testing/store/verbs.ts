import type {
  AttemptRequest,
  CancelRequest,
  ChallengeStore,
  OpenRequest,
  SendBudget,
} from '../../stores/store.js'

export const SECOND = 1_000
export const MINUTE = 60 * SECOND
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR

/** The defaults: five at once, then one every 90 minutes. */
export const STRANGER: SendBudget = { key: 'email-otp/stranger', burst: 5, refillMs: 90 * MINUTE }
export const DEVICE: SendBudget = { ...STRANGER, key: 'email-otp/device' }

/** How many failures make a code of six, and of eight digits too short. */
export const SIX_DIGITS = 5
export const EIGHT_DIGITS = 50
export const TEN_DIGITS = Number.MAX_SAFE_INTEGER

/** For what a test does on the side, so that it leaves the budgets alone that the test is about. */
const AMPLE: SendBudget = { key: 'on the side', burst: 10_000, refillMs: 1 }

let names = 0
const unused = () => `on the side ${names++}`

/** The store's verbs with the strategy's defaults, on the address `alice` unless a test says otherwise. */
export function verbs(store: ChallengeStore) {
  const rules = {
    address: 'alice',
    ttlMs: 10 * MINUTE,
    keepMs: 2 * MINUTE,
    attempts: 5,
    spacingMs: 30 * SECOND,
    budget: STRANGER,
  }
  const open = (challenge: string, changes: Partial<OpenRequest> = {}) =>
    store.open({ ...rules, challenge, ...changes })
  const attempt = (challenge: string, matched: boolean, changes: Partial<AttemptRequest>) =>
    store.attempt({
      address: 'alice',
      challenge,
      matched,
      failuresBelow: SIX_DIGITS,
      failuresWindowMs: 30 * DAY,
      budget: STRANGER,
      ...changes,
    })

  return {
    open,
    /** Asks again from a browser that holds `pending`: a code of six digits unless `digits` says more. */
    again: (
      pending: string,
      challenge: string,
      { failuresBelow = SIX_DIGITS, ...changes }: Partial<OpenRequest & AttemptRequest> = {},
    ) => open(challenge, { pending: { challenge: pending, failuresBelow }, ...changes }),
    /** Enters a wrong code. */
    guess: (challenge: string, changes: Partial<AttemptRequest> = {}) =>
      attempt(challenge, false, changes),
    /** Enters the right code. */
    answer: (challenge: string, changes: Partial<AttemptRequest> = {}) =>
      attempt(challenge, true, changes),
    cancel: (challenge: string, changes: Partial<CancelRequest> = {}) =>
      store.cancel({ address: 'alice', challenge, budget: STRANGER, refund: false, ...changes }),
    /**
     * How long until a budget is full again: the whole of what a store keeps of it. A budget of one
     * send says so when it refuses, and refusing writes nothing. (A full one is charged by asking.)
     */
    fullAgainIn: async (changes: Partial<OpenRequest> = {}) => {
      const budget = { ...STRANGER, ...changes.budget, burst: 1 }
      const result = await open(unused(), { ...changes, budget })
      return result.outcome === 'limited' ? result.retryAfterMs : 0
    },
    /** The failures that the ladder reads. Uses up a send of a budget of its own. */
    failures: async (changes: Partial<OpenRequest> = {}) => {
      const result = await open(unused(), { budget: AMPLE, ...changes })
      return result.outcome === 'opened' ? result.failures : Number.NaN
    },
    /** Counts failures on an address, each on a challenge that is then taken away. */
    fail: async (count: number, changes: Partial<AttemptRequest> = {}) => {
      const { address = 'alice' } = changes
      for (let i = 0; i < count; i += 1) {
        const challenge = unused()
        await open(challenge, { address, budget: AMPLE })
        await attempt(challenge, false, { failuresBelow: TEN_DIGITS, ...changes, budget: AMPLE })
        await store.cancel({ address, challenge, budget: AMPLE, refund: false })
      }
    },
  }
}

export type Verbs = ReturnType<typeof verbs>
