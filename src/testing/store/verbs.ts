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

/** The defaults of the strategy: five sends at once, then one every 90 minutes. */
export const STRANGER: SendBudget = { key: 'email-otp/stranger', burst: 5, refillMs: 90 * MINUTE }
export const KNOWN_BROWSER: SendBudget = { ...STRANGER, key: 'email-otp/device' }
/** One send of these budgets, as milliseconds of refilling. */
export const REFILL = STRANGER.refillMs

/** A lifetime of a day without a spacing, so that mails can be sent again at any time. */
export const LONG = { ttlMs: DAY, keepMs: 0, spacingMs: 0 }
/** Cancels a mail that was certainly not sent. */
export const REFUND = { refund: 'whole' } as const
/** Cancels a mail that a server has refused: `KEPT` of its send stays charged, and the next mail waits for `SPACING`. */
export const REDUCED = { refund: 'reduced' } as const
export const KEPT = 5 * MINUTE
export const SPACING = 30 * SECOND

/** `failuresBelow` of a code of so many digits: from that many failures on, it is too short. */
export const SIX_DIGITS = 5
export const EIGHT_DIGITS = 50
export const TEN_DIGITS = Number.MAX_SAFE_INTEGER

/** A budget for preparations, so that they charge none of the budgets that a test is about. */
const UNLIMITED: SendBudget = { key: 'preparation', burst: 10_000, refillMs: 1 }

let names = 0
const uniqueName = () => `preparation ${names++}`

/** The store's verbs with the strategy's defaults. The address is `alice` unless a test says otherwise. */
export function verbs(store: ChallengeStore) {
  const rules = {
    address: 'alice',
    ttlMs: 10 * MINUTE,
    keepMs: 2 * MINUTE,
    attempts: 5,
    spacingMs: SPACING,
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
    /** Opens from a browser that holds the challenge `pending`, whose code has six digits by default. */
    resend: (
      pending: string,
      challenge: string,
      { failuresBelow = SIX_DIGITS, ...changes }: Partial<OpenRequest & AttemptRequest> = {},
    ) => open(challenge, { pending: { challenge: pending, failuresBelow }, ...changes }),
    /** Enters a wrong code. */
    guess: (challenge: string, changes: Partial<AttemptRequest> = {}) =>
      attempt(challenge, false, changes),
    /** Enters the right code. */
    verify: (challenge: string, changes: Partial<AttemptRequest> = {}) =>
      attempt(challenge, true, changes),
    cancel: (challenge: string, changes: Partial<CancelRequest> = {}) =>
      store.cancel({
        address: 'alice',
        challenge,
        budget: STRANGER,
        refund: 'none',
        spacingMs: rules.spacingMs,
        ...changes,
      }),
    /**
     * Returns how many milliseconds a budget needs until it is full, which is all that a store keeps of it.
     * With a burst of one, the refusal says it, and a refusal writes nothing. (A full budget is charged
     * by this call.)
     */
    msUntilFull: async (changes: Partial<OpenRequest> = {}) => {
      const budget = { ...STRANGER, ...changes.budget, burst: 1 }
      const result = await open(uniqueName(), { ...changes, budget })
      return result.outcome === 'limited' ? result.retryAfterMs : 0
    },
    /** Returns the failures of the address. Charges a separate budget. */
    failures: async (changes: Partial<OpenRequest> = {}) => {
      const result = await open(uniqueName(), { budget: UNLIMITED, ...changes })
      return result.outcome === 'opened' ? result.failures : Number.NaN
    },
    /** Counts so many failures at an address, each at a challenge that is then cancelled. */
    addFailures: async (count: number, changes: Partial<AttemptRequest> = {}) => {
      const { address = 'alice' } = changes
      for (let i = 0; i < count; i += 1) {
        const challenge = uniqueName()
        await open(challenge, { address, budget: UNLIMITED })
        await attempt(challenge, false, {
          failuresBelow: TEN_DIGITS,
          ...changes,
          budget: UNLIMITED,
        })
        await store.cancel({ address, challenge, budget: UNLIMITED, refund: 'none', spacingMs: 0 })
      }
    },
  }
}

export type Verbs = ReturnType<typeof verbs>
