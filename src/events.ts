import type { EmailOtpError } from './errors.js'
import type { Reason } from './info.js'
import type { StoreFull } from './stores/store.js'

interface Event<T extends string> {
  readonly type: T
  /**
   * Keyed hash of the address: the same address always has the same key, and nobody without the
   * secret can get the address back. `undefined` where no address was known.
   */
  readonly addressKey: string | undefined
}

/** A code was asked for and may be mailed. */
export interface IssuedEvent extends Event<'issued'> {
  readonly purpose: string
  /** Digits of the code, 6 to 10: more than configured means that somebody has been guessing. */
  readonly digits: number
  /** Whether the same code goes out once more. */
  readonly resend: boolean
}

/** `sendCode` has settled: the mail server took the mail. */
export interface SentEvent extends Event<'sent'> {
  readonly durationMs: number
}

export interface SendFailedEvent extends Event<'send_failed'> {
  readonly durationMs: number
  readonly error: EmailOtpError
}

/** No send was left for the address. */
export interface LimitedEvent extends Event<'limited'> {
  readonly retryAfterSeconds: number
}

/** Any other refusal: one event for each. */
export interface RejectedEvent extends Event<'rejected'> {
  readonly reason: Exclude<Reason, 'code_sent' | 'accepted' | 'rate_limited'>
  /** Wrong guesses on the address within 30 days, where the store told them. */
  readonly failures?: number | undefined
}

/** A right code. */
export interface VerifiedEvent extends Event<'verified'> {
  readonly purpose: string
  /** Seconds between the last mail and the right code. */
  readonly secondsSinceSent: number
}

/** `allowEmail` threw: nothing was mailed, and the visitor saw the usual answer. */
export interface AllowFailedEvent extends Event<'allow_failed'> {
  /** A copy of what it threw, without the address. */
  readonly error: Error
}

export interface StoreFailedEvent extends Event<'store_failed'> {
  readonly verb: 'open' | 'attempt' | 'cancel'
  readonly error: EmailOtpError
}

/** A bounded store dropped something alive to make room. */
export interface StoreFullEvent extends Event<'store_full'> {
  readonly dropped: StoreFull
}

/**
 * This strategy has seen far more wrong guesses, or codes, than sign-ins within an hour in this process: reason to ask for
 * CAPTCHAs, or to look. At most one in ten minutes. Nothing is refused because of it.
 */
export interface PressureEvent extends Event<'pressure'> {
  /** Wrong guesses within the last hour, at all addresses. */
  readonly failures: number
  /** Codes that were asked for, or asked for again, within the last hour: as many as `issued` events. */
  readonly sends: number
  /** Right codes within the last hour. */
  readonly successes: number
}

/** What `onEvent` hears. Never a code, never an address. */
export type EmailOtpEvent =
  | IssuedEvent
  | SentEvent
  | SendFailedEvent
  | LimitedEvent
  | RejectedEvent
  | VerifiedEvent
  | AllowFailedEvent
  | StoreFailedEvent
  | StoreFullEvent
  | PressureEvent
