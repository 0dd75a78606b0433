/**
 * Where the strategy keeps challenges and counts. It has three methods, each atomic and each one round trip.
 *
 * A store never receives an address, a code or the id of a challenge. It receives hashes of 22 characters
 * (base64url): a keyed one of the address, and one of the challenge's id, which is 128 bits that no client can
 * guess. Its own clock decides whether a challenge has expired, the spacing is over or a send has refilled: the
 * caller passes durations and never a time of day. A challenge that the store does not know is always
 * rejected, so that lost data never signs a user in.
 *
 * Count before judging: **if a wrong guess would not be counted now, a right one is rejected now.** `attempt`
 * makes all writes that counting needs, the same ones for a right and a wrong code, before it looks at
 * `matched`; a right code then undoes them. Otherwise an attacker could search for a code while the store
 * cannot write: full, read-only, or without a permission.
 *
 * Terms: a *failure* is a wrong guess at an address. A *send* is one mail, charged to a {@link SendBudget}.
 */
export interface ChallengeStore {
  /** Opens, reopens or replaces a challenge, or refuses to. See {@link OpenResult}. */
  open(request: OpenRequest): Promise<OpenResult>
  /** Counts one guess and decides its outcome. Never creates a challenge. See {@link AttemptResult}. */
  attempt(request: AttemptRequest): Promise<AttemptResult>
  /**
   * Cancels the last opening of a challenge, because its mail was not sent. A challenge that was mailed once
   * is removed. One that was mailed again stays valid and only loses its spacing. An unknown challenge
   * changes nothing.
   */
  cancel(request: CancelRequest): Promise<void>
  /**
   * Erases all data of an address: failures, sends and challenges. Only needed if the application calls
   * `emailOtp.forget(email)`.
   */
  forget?(request: ForgetRequest): Promise<void>
  /**
   * Returns the problems that an operator has to fix, each as a sentence, or an empty array. Rejects if the
   * store cannot be reached. `emailOtp.check()` adds these sentences to its own.
   */
  check?(): Promise<readonly string[]>
}

export interface ForgetRequest {
  /** Keyed hash of the address. */
  readonly address: string
}

export interface ChallengeKey {
  /** Keyed hash of the address. Failures are counted under it, for all strategy names and purposes. */
  readonly address: string
  /** Hash of the challenge's id. */
  readonly challenge: string
}

/**
 * A limit on sends: a bucket of `burst` sends that refills by one send every `refillMs`. A store only has
 * to keep the instant at which the bucket is full again (the generic cell rate algorithm, ITU-T I.371).
 */
export interface SendBudget {
  /** Unique within the address. */
  readonly key: string
  /** Sends that are allowed at once. */
  readonly burst: number
  /** Milliseconds until one send has refilled. */
  readonly refillMs: number
}

export interface OpenRequest extends ChallengeKey {
  /** The challenge that the browser already holds for this address, if any. */
  readonly pending?:
    | {
        /** Hash of the pending challenge's id. */
        readonly challenge: string
        /** The pending code is too short once the address has this many failures. */
        readonly failuresBelow: number
      }
    | undefined
  /** Lifetime of a new challenge, in milliseconds. */
  readonly ttlMs: number
  /** A pending challenge with this many milliseconds left, or fewer, is replaced instead of mailed again. */
  readonly keepMs: number
  /** Guesses that a new challenge allows. */
  readonly attempts: number
  /** Minimum milliseconds between two mails of one challenge. */
  readonly spacingMs: number
  /** The budget that the mail is charged to. */
  readonly budget: SendBudget
}

/**
 * - `opened`: a new challenge exists under `challenge`. `failures` is the count of the address.
 * - `reopened`: the pending challenge must be mailed again, with the same code, expiry and used attempts.
 * - `waiting`: nothing was written, because a mail is on its way. Either the pending challenge was mailed less than
 *   `spacingMs` ago, or `challenge` itself is alive, because another click of the same visitor has just opened it.
 *   `retryAfterMs` is what is left of the spacing, at least 0. `failures` is the count of the address, and is there
 *   only if `challenge` is alive.
 * - `taken`: `challenge` was used before: it is spent, or its code was accepted, or another challenge has replaced
 *   it. Nothing was written. Its code must never be valid again, so a store keeps the name of a challenge until the
 *   end of its lifetime. (A challenge that was cancelled was never mailed, and its name is free.)
 * - `limited`: the budget has no send left. Nothing was written, and the pending challenge stays valid.
 *
 * A bounded store sets `full` if it had to drop data that was still in use.
 */
export type OpenResult =
  | { readonly outcome: 'opened'; readonly failures: number; readonly full?: StoreFull | undefined }
  | { readonly outcome: 'reopened' }
  | {
      readonly outcome: 'waiting'
      readonly retryAfterMs: number
      readonly failures?: number | undefined
    }
  | { readonly outcome: 'taken' }
  | { readonly outcome: 'limited'; readonly retryAfterMs: number }

/** What a full store dropped: a pending challenge, or the failures and sends of an address. */
export type StoreFull = 'challenges' | 'addresses'

export interface AttemptRequest extends ChallengeKey {
  /** Whether the code was right. The store never receives the code. */
  readonly matched: boolean
  /** This code is too short once the address has this many failures. */
  readonly failuresBelow: number
  /** How long failures count, in milliseconds from the first of them. */
  readonly failuresWindowMs: number
  /** The budget that the challenge was last opened with. */
  readonly budget: SendBudget
}

/**
 * - `accepted`: the code matched. The challenge is used up and its sends are refunded. Failures are never
 *   refunded: an attacker who shares the session before the sign-in would guess without being counted.
 *   `failures` is the count of the address.
 * - `wrong`: the guess was counted. `attemptsLeft` is how many more are allowed before the challenge is spent
 *   or its code is too short.
 * - `spent`: the challenge had no attempt left, so even the right code is rejected.
 * - `stale`: the address has so many failures that this code is too short. The guess was not counted, so
 *   an attacker could try all values of such a code. For this reason the answer is final: the challenge
 *   stays stale for this `failuresBelow` and lower ones, even if the failures decrease.
 * - `unknown`: the challenge does not exist: it was never opened, has expired, was used or was dropped. The
 *   guess was not counted.
 */
export type AttemptResult =
  | { readonly outcome: 'accepted'; readonly failures: number }
  | { readonly outcome: 'wrong'; readonly attemptsLeft: number; readonly failures: number }
  | { readonly outcome: 'spent' }
  | { readonly outcome: 'stale' }
  | { readonly outcome: 'unknown' }

/** How much of a send a `reduced` refund keeps, in milliseconds of refilling: 5 minutes. */
export const REDUCED_REFUND_KEEPS_MS = 5 * 60 * 1000

export interface CancelRequest extends ChallengeKey {
  /** The budget that the challenge was last opened with. */
  readonly budget: SendBudget
  /**
   * What to refund of the send. Nothing is refunded once a guess was made at the challenge: the mail may have
   * been delivered, and guesses at a code that cost no send would have no limit.
   *
   * - `whole`: no mail server was reached.
   * - `reduced`: a mail server refused the mail. All but {@link REDUCED_REFUND_KEEPS_MS} of the send is
   *   refunded. The budget allows its next send only after `spacingMs`, also where nothing is refunded. Otherwise
   *   an attacker could have a mailbox that refuses mail asked without a limit.
   * - `none`: the mail may have been sent.
   */
  readonly refund: 'none' | 'reduced' | 'whole'
  /** Minimum milliseconds between the refused mail and the next send of the budget, after a `reduced` refund. */
  readonly spacingMs: number
}
