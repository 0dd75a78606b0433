/**
 * What the strategy asks of a store: three verbs, each atomic and each one round trip.
 *
 * A store never sees an address, a code or a challenge's id: only keyed hashes of them. Its own clock
 * decides what is expired, spaced or refilled, so no time of day ever comes from the caller.
 * A challenge that the store does not know never verifies ("missing is closed").
 */
export interface ChallengeStore {
  /** Opens a challenge, or reopens, replaces or refuses one. See {@link OpenResult}. */
  open(request: OpenRequest): Promise<OpenResult>
  /** Counts one guess and says what it was worth. Never creates a challenge. */
  attempt(request: AttemptRequest): Promise<AttemptResult>
  /**
   * Takes back the last opening, because its mail did not go out. An unknown challenge is left
   * alone; one that was mailed once is removed; one that was mailed again loses only its spacing.
   */
  cancel(request: CancelRequest): Promise<void>
  /**
   * Erases all that is kept of an address: failures, sends and challenges. Needed only where the
   * application calls `emailOtp.forget(email)`.
   */
  forget?(request: ForgetRequest): Promise<void>
  /**
   * Says what an operator should mend, each as a sentence; none where all is well. Rejects where the
   * store can't be reached. `emailOtp.check()` adds these to what it finds out by itself.
   */
  check?(): Promise<readonly string[]>
}

export interface ForgetRequest {
  /** Keyed hash of the address. */
  readonly address: string
}

export interface ChallengeKey {
  /** Keyed hash of the address. Failures are counted under it, across names and purposes. */
  readonly address: string
  /** Hash of the challenge's id. */
  readonly challenge: string
}

/**
 * How many mails may go out: a bucket of `burst` sends that gets one back every `refillMs`
 * (the generic cell rate algorithm, ITU-T I.371: one instant for each budget).
 */
export interface SendBudget {
  /** Unique within the address. */
  readonly key: string
  /** Sends that may happen at once. */
  readonly burst: number
  /** Milliseconds until one send is back. */
  readonly refillMs: number
}

export interface OpenRequest extends ChallengeKey {
  /** What the asking browser already holds for this address, if anything. */
  readonly pending?:
    | {
        /** Hash of the pending challenge's id. */
        readonly challenge: string
        /** The pending code is too short once the address has this many failures. */
        readonly failuresBelow: number
      }
    | undefined
  /** Life of a new challenge, in milliseconds. */
  readonly ttlMs: number
  /** A pending challenge with no more life left than this is replaced instead of mailed again. */
  readonly keepMs: number
  /** Guesses a new challenge allows. */
  readonly attempts: number
  /** Least time between two mails of one challenge, in milliseconds. */
  readonly spacingMs: number
  readonly budget: SendBudget
}

/**
 * - `opened`: a new challenge is there under `challenge`; `failures` is the address's count.
 * - `reopened`: the pending challenge is to be mailed again: same code, same expiry, used attempts used.
 * - `waiting`: it was mailed a moment ago; nothing was written.
 * - `limited`: no send is left in the budget; nothing was written, the pending challenge lives on.
 *
 * `full` is set by a bounded store that had to drop something alive to make room.
 */
export type OpenResult =
  | { readonly outcome: 'opened'; readonly failures: number; readonly full?: StoreFull | undefined }
  | { readonly outcome: 'reopened' }
  | { readonly outcome: 'waiting'; readonly retryAfterMs: number }
  | { readonly outcome: 'limited'; readonly retryAfterMs: number }

/** What a full store dropped: pending challenges, or what it knew of an address. */
export type StoreFull = 'challenges' | 'addresses'

export interface AttemptRequest extends ChallengeKey {
  /** Whether the code was right. The store never sees it. */
  readonly matched: boolean
  /** This code is too short once the address has this many failures. */
  readonly failuresBelow: number
  /** How long failures count, from the first of them, in milliseconds. */
  readonly failuresWindowMs: number
  /** The budget that the challenge was opened on. */
  readonly budget: SendBudget
}

/**
 * - `accepted`: matched, and the challenge is gone now; its failures and sends are given back.
 * - `wrong`: counted. `attemptsLeft` is what is left before the challenge is spent or its code too short.
 * - `spent`: no attempt was left, right code or not.
 * - `stale`: the address has had so many wrong guesses that this code is too short; not counted. Once
 *   answered for a challenge, it is for good (for this `failuresBelow` and lower ones), even if the
 *   count falls: guesses at a stale code are not counted, so it could have been searched for meanwhile.
 * - `unknown`: no such challenge (never was, expired, used, dropped); not counted.
 */
export type AttemptResult =
  | { readonly outcome: 'accepted' }
  | { readonly outcome: 'wrong'; readonly attemptsLeft: number; readonly failures: number }
  | { readonly outcome: 'spent' }
  | { readonly outcome: 'stale' }
  | { readonly outcome: 'unknown' }

export interface CancelRequest extends ChallengeKey {
  /** The budget that the challenge was opened on. */
  readonly budget: SendBudget
  /** Give the send back too: only if the mail server was never reached. Ignored once somebody guessed. */
  readonly refund: boolean
}
