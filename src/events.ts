import type { EmailOtpError } from './errors.js'
import type { Reason } from './reasons.js'

interface Event<T extends string> {
  readonly type: T
  /**
   * Keyed hash of the address. The same address always has the same hash, and it cannot be reversed
   * without the secret. `undefined` where the address is not known.
   */
  readonly addressHash: string | undefined
}

/** A code was made, or is sent again. Its mail may be sent. */
export interface IssuedEvent extends Event<'issued'> {
  readonly purpose: string
  /** Digits of the code, 6 to 10. More than configured means that there were wrong guesses at this address. */
  readonly digits: number
  /** Whether the same code is sent again. */
  readonly resend: boolean
}

/** The mail server accepted the mail: `sendCode` has resolved. */
export interface SentEvent extends Event<'sent'> {
  readonly durationMs: number
  /** How many times the mail was tried: 2 after a temporary refusal or a lost connection, otherwise 1. */
  readonly tries: number
}

/** The mail was certainly not sent. */
export interface SendFailedEvent extends Event<'send_failed'> {
  readonly durationMs: number
  readonly error: EmailOtpError
}

/** The mail may have been sent, and its code works: `sendCode` has thrown, or did not settle in time. */
export interface SendUnconfirmedEvent extends Event<'send_unconfirmed'> {
  readonly durationMs: number
  /** What was thrown, as its `cause`. It is only in this event: the request was answered with `code_sent`. */
  readonly error: EmailOtpError
}

/** No mail was left for the address: its send limit was reached. */
export interface LimitedEvent extends Event<'limited'> {
  readonly retryAfterSeconds: number
}

/** A request was rejected for any other reason. One event for each request. A guard of `requireOtp` emits none. */
export interface RejectedEvent extends Event<'rejected'> {
  readonly reason: Exclude<
    Reason,
    | 'code_sent'
    | 'accepted'
    | 'trusted_browser'
    | 'rate_limited'
    | 'no_address'
    | 'otp_required'
    | 'not_sent'
  >
  /** Wrong guesses at the address within 30 days, where the store counted one for this request. */
  readonly failures?: number | undefined
}

/**
 * A user who has entered the password has no usable address: `emailFromRequest` returned none, or something else than
 * one plain address. The user cannot sign in until that is corrected.
 * @see docs/guides/users-without-address.md
 */
export interface NoAddressEvent extends Event<'no_address'> {
  /** The user's id, as `subjectFromRequest` returned it; `null` without `subjectFromRequest`. */
  readonly subject: string | number | bigint | null
}

/** A right code was accepted. */
export interface VerifiedEvent extends Event<'verified'> {
  readonly purpose: string
  /**
   * Whether this browser has proven the address before: by the cookie of `knownBrowsers`. `undefined` where no cookie
   * can work: `knownBrowsers: false`, `pendingIn: 'token'`, or a host that sets no response on the request.
   */
  readonly browser: 'known' | 'new' | undefined
  /** Wrong guesses at the address within 30 days, this sign-in's own among them. */
  readonly failures: number
  /** Seconds between the last mail and the right code. */
  readonly secondsSinceSent: number
}

/**
 * A trusted browser has skipped the second factor: one event for each skip. The verify function may still refuse.
 * @see docs/guides/trusted-browsers.md
 */
export interface TrustedBrowserUsedEvent extends Event<'trusted_browser_used'> {
  /** Seconds since the user entered a code and ticked that this browser is to be trusted. */
  readonly secondsSinceTrusted: number
}

/**
 * `version` of `trustedBrowsers` threw, or returned something else than a version. No browser of the user is trusted,
 * so a code was required.
 */
export interface TrustFailedEvent extends Event<'trust_failed'> {
  /** A copy of what `version` threw, without the address. */
  readonly error: Error
}

/**
 * `allowEmail` threw. Before the mail: no mail was sent, and the user saw the usual answer. After an accepted
 * code: the code is spent, and the error was passed to your error handler. On a trusted browser: a code is required, and
 * `allowEmail` is called again for its mail.
 */
export interface AllowFailedEvent extends Event<'allow_failed'> {
  /** A copy of what `allowEmail` threw, without the address. */
  readonly error: Error
}

/** The store failed, or did not answer in time. */
export interface StoreFailedEvent extends Event<'store_failed'> {
  readonly verb: 'open' | 'attempt' | 'cancel'
  readonly error: EmailOtpError
}

/** A memory store dropped something that was still in use, to make room. */
export interface StoreFullEvent extends Event<'store_full'> {
  readonly dropped: 'challenges' | 'addresses'
}

/**
 * Within an hour this process saw 100 or more wrong guesses, or mails, and five times as many as sign-ins. At most one
 * event in ten minutes.
 *
 * It is a reason to require CAPTCHAs, or to look. No request is rejected because of it.
 * @see docs/operations/send-limits.md#solved-captchas
 */
export interface PressureEvent extends Event<'pressure'> {
  /** Wrong guesses within the last hour, at all addresses. */
  readonly failures: number
  /** Codes that were requested or sent again within the last hour: the number of `issued` events. */
  readonly sends: number
  /** Right codes within the last hour. */
  readonly successes: number
}

/** What `onEvent` receives. An event holds neither a code nor an address; `no_address` alone holds a user's id. */
export type EmailOtpEvent =
  | IssuedEvent
  | SentEvent
  | SendFailedEvent
  | SendUnconfirmedEvent
  | LimitedEvent
  | RejectedEvent
  | NoAddressEvent
  | VerifiedEvent
  | TrustedBrowserUsedEvent
  | TrustFailedEvent
  | AllowFailedEvent
  | StoreFailedEvent
  | StoreFullEvent
  | PressureEvent
