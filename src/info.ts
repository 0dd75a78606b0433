import { type NextAfter, nextAfter, type Reason } from './reasons.js'

/**
 * Why a pending code can no longer be used.
 * - `not_sent`: the mail with the code could not be sent.
 * - `spent`: all attempts are used.
 * - `expired`: its time is over.
 * - `too_short`: after wrong guesses, this address needs a longer code.
 * - `gone`: the store no longer knows the challenge.
 */
export type PendingEnded = 'not_sent' | 'spent' | 'expired' | 'too_short' | 'gone'

/** Everything a page needs to draw the code field. It may be sent to the client and read again after a reload. */
export interface Pending {
  /**
   * A public id of this challenge: 16 letters, so that no user takes it for a code. Put it into a hidden field
   * `pendingId` beside the code field.
   *
   * A code that is entered on the page of an earlier request is then rejected with `earlier_request` without being
   * counted. The id reveals nothing about the code.
   */
  readonly id: string
  /**
   * The address that the code was sent to. It is masked where the code belongs to a user (`subjectFromRequest`): an
   * attacker who has stolen the password must not learn the address of the second factor.
   * @see docs/guides/second-factor.md
   */
  readonly email: string
  /** The address with most of its local part hidden: `a•••@example.com`. */
  readonly maskedEmail: string
  /** How many digits the code has, 6 to 10. */
  readonly digits: number
  /** Seconds until the code expires; 0 when it has expired. */
  readonly expiresInSeconds: number
  /** Seconds until another mail can be requested; 0 when it can be requested now. After `rate_limited`, the real wait. */
  readonly resendInSeconds: number
  /**
   * Absent while the code can be used. Otherwise the reason: `not_sent`, `spent`, `expired`, `too_short` or `gone`. Show
   * the address field then, filled in.
   */
  readonly ended?: PendingEnded | undefined
}

/** The part that all outcomes have. */
interface Info<R extends Reason> {
  /** The name in the table of reasons. It does not change between versions. */
  readonly reason: R
  /** A sentence for the page, in the language of the request. It never holds what the user typed. */
  readonly message: string
  /**
   * What the client can do next: `enter_code`, `request_code`, `sign_in`, `wait` or `done`. A client needs nothing else.
   */
  readonly next: NextAfter<R>
  /**
   * What `pending(req)` returns after this request. Absent while nothing is pending.
   * @see docs/reference/requests.md#what-is-pending
   */
  readonly pending?: Pending | undefined
  /**
   * With `pendingIn: 'token'`: the token that the client sends back with its next request. It replaces any older one.
   * @see docs/guides/without-cookies.md
   */
  readonly challengeToken?: string | undefined
}

export interface CodeSentInfo extends Info<'code_sent'> {
  /** `false` if the mail server has not confirmed the mail yet, otherwise absent. The code works if it arrives. */
  readonly confirmed?: false | undefined
  /** Seconds until another mail can be requested. */
  readonly retryAfterSeconds: number
}

export interface AcceptedInfo extends Info<'accepted'> {
  /** The address that has just been proven. */
  readonly email: string
  /** What `remember` returned when the code was requested. Absent where it returned nothing. */
  readonly remembered?: unknown
}

export interface InvalidCodeInfo extends Omit<Info<'invalid_code'>, 'next'> {
  /** Tries that are left. At 0, `next` is `request_code`. */
  readonly attemptsLeft: number
  readonly next: 'enter_code' | 'request_code'
}

export interface RateLimitedInfo extends Info<'rate_limited'> {
  /** Seconds until another mail can be requested. */
  readonly retryAfterSeconds: number
}

export interface InvalidEmailInfo extends Info<'invalid_email'> {
  /** `true` where only a space or an invisible character inside makes the address invalid, otherwise absent. */
  readonly hasUnseen?: true | undefined
}

export interface MalformedCodeInfo extends Info<'malformed_code'> {
  /** How many digits the code has, 6 to 10. */
  readonly digits: number
}

export type CodeFieldInfo = Info<'missing_code' | 'earlier_request'> | MalformedCodeInfo

/** A trusted browser has skipped the second factor. Nothing was proven. */
export type TrustedBrowserInfo = Info<'trusted_browser'>

/** Codes are sent to the authenticated user, and the request has none, or none with a usable address. */
export type NotSignedInInfo = Info<'not_signed_in' | 'no_address'>

/** The user has to request a new code, or has to request it in another way. */
export type RequestAgainInfo = Info<
  | 'otp_required'
  | 'expired_code'
  | 'no_pending_code'
  | 'not_allowed'
  | 'cross_site'
  | 'method_not_allowed'
  | 'too_many_attempts'
  | 'not_sent'
>

/** The outcome of a request: the `info` of Passport, and what `requestCode` and `verifyCode` return. */
export type EmailOtpInfo =
  | CodeSentInfo
  | AcceptedInfo
  | InvalidCodeInfo
  | RateLimitedInfo
  | InvalidEmailInfo
  | CodeFieldInfo
  | NotSignedInInfo
  | TrustedBrowserInfo
  | RequestAgainInfo

/** An outcome without its sentence, which is added once the language is known. */
export type Untold<I extends EmailOtpInfo = EmailOtpInfo> = I extends EmailOtpInfo
  ? Omit<I, 'message'>
  : never

/** The reasons whose outcome has no number and no address. */
type PlainReason = Exclude<
  Reason,
  'code_sent' | 'accepted' | 'invalid_email' | 'malformed_code' | 'invalid_code' | 'rate_limited'
>

/** The outcome of a reason that has no number and no address. */
export function infoFor<R extends PlainReason>(reason: R): Omit<Info<R>, 'message'> {
  return { reason, next: nextAfter(reason) }
}

/** @param hasUnseen whether only a blank or an invisible character inside makes the address invalid */
export function invalidEmail(hasUnseen: boolean): Untold<InvalidEmailInfo> {
  const info = { reason: 'invalid_email', next: 'request_code' } as const
  return hasUnseen ? { ...info, hasUnseen } : info
}

export function codeSent(retryAfterSeconds: number): Untold<CodeSentInfo> {
  return { reason: 'code_sent', next: 'enter_code', retryAfterSeconds }
}

/** The outcome of a send that may have succeeded. */
export function codeSentUnconfirmed(retryAfterSeconds: number): Untold<CodeSentInfo> {
  return { ...codeSent(retryAfterSeconds), confirmed: false }
}

export function accepted(email: string, remembered: unknown): Untold<AcceptedInfo> {
  return { reason: 'accepted', next: 'done', email, ...(remembered !== null && { remembered }) }
}

export function malformedCode(digits: number): Untold<MalformedCodeInfo> {
  return { reason: 'malformed_code', next: 'enter_code', digits }
}

export function invalidCode(attemptsLeft: number): Untold<InvalidCodeInfo> {
  const next = attemptsLeft > 0 ? 'enter_code' : 'request_code'
  return { reason: 'invalid_code', next, attemptsLeft }
}

export function rateLimited(retryAfterSeconds: number): Untold<RateLimitedInfo> {
  return { reason: 'rate_limited', next: 'wait', retryAfterSeconds }
}
