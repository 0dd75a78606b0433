import { inWords } from './util/durations.js'

/** What the client can do next, so that no client has to keep a list of reasons. */
export type Next = 'enter_code' | 'request_code' | 'sign_in' | 'wait' | 'done'

/** All that a page needs to draw the code field. Safe to send to a client, safe to reload. */
export interface Pending {
  /**
   * The address that the code was sent to. Masked where the code belongs to a user (`subjectFromRequest`):
   * a thief of the password must not learn where the second factor goes.
   */
  readonly email: string
  /** The address with most of it hidden: `a•••@example.com`. */
  readonly maskedEmail: string
  /** How many digits the code has, 6 to 10. */
  readonly digits: number
  /** Seconds until the code expires; 0 when it has. */
  readonly expiresInSeconds: number
  /** Seconds until another mail may be asked for; 0 when it may be now. */
  readonly resendInSeconds: number
  /** The code can no longer be used: offer a new one, the address is known. */
  readonly needsNewCode: boolean
}

interface Info<R extends Reason, N extends Next> {
  /** Stable name of what happened. */
  readonly reason: R
  /** A sentence fit for a page. It never holds what the user typed. */
  readonly message: string
  readonly next: N
  /** What `pending(req)` answers after this request. */
  readonly pending?: Pending | undefined
  /** With `challenge: 'token'`: what the client sends back with its next request, in place of any older one. */
  readonly challengeToken?: string | undefined
}

export interface CodeSentInfo extends Info<'code_sent', 'enter_code'> {
  /** Seconds until another mail may be asked for. */
  readonly retryAfterSeconds: number
}

export interface AcceptedInfo extends Info<'accepted', 'done'> {
  /** The address that has just been proven. */
  readonly email: string
  /** What `remember` returned when the code was asked for; absent where that was nothing. */
  readonly remembered?: unknown
}

export interface InvalidCodeInfo extends Info<'invalid_code', 'enter_code' | 'request_code'> {
  /** Guesses left; at 0 `next` is `request_code`. */
  readonly attemptsLeft: number
}

export interface RateLimitedInfo extends Info<'rate_limited', 'wait'> {
  /** Seconds until the next mail may be asked for. */
  readonly retryAfterSeconds: number
}

export type CodeFieldInfo = Info<'missing_code' | 'malformed_code', 'enter_code'>

/** A code goes to the user who is signed in, or has just given a password, and there is none. */
export type NotSignedInInfo = Info<'not_signed_in', 'sign_in'>

export type AskAgainInfo = Info<
  | 'invalid_email'
  | 'otp_required'
  | 'expired_code'
  | 'no_pending_code'
  | 'not_allowed'
  | 'cross_site'
  | 'method_not_allowed'
  | 'too_many_attempts',
  'request_code'
>

/** What a request came to: the `info` of Passport, and the answer of `requestCode` and `verifyCode`. */
export type EmailOtpInfo =
  | CodeSentInfo
  | AcceptedInfo
  | InvalidCodeInfo
  | RateLimitedInfo
  | CodeFieldInfo
  | NotSignedInInfo
  | AskAgainInfo

export type Reason = keyof typeof OUTCOMES

/** The one table: what each reason means over HTTP, to the client, and in words. */
const OUTCOMES = {
  code_sent: [202, 'enter_code', 'Check your mail for the code. It can take a minute to arrive.'],
  accepted: [200, 'done', 'The code is right.'],
  invalid_email: [400, 'request_code', 'Enter one e-mail address, like name@example.com.'],
  missing_code: [400, 'enter_code', 'Enter the code from the mail.'],
  malformed_code: [400, 'enter_code', 'Enter all digits of the code, and nothing but digits.'],
  invalid_code: [401, 'enter_code', 'That code is not right.'],
  not_signed_in: [401, 'sign_in', 'Sign in first.'],
  otp_required: [401, 'request_code', 'Confirm this with a code from your mail first.'],
  expired_code: [401, 'request_code', 'This code is no longer valid. Ask for a new one.'],
  no_pending_code: [403, 'request_code', 'No code is waiting here. Ask for a new one.'],
  not_allowed: [403, 'request_code', 'This address cannot sign in here.'],
  cross_site: [403, 'request_code', 'This came from another site. Open the page and try again.'],
  method_not_allowed: [405, 'request_code', 'This address answers to POST alone.'],
  too_many_attempts: [429, 'request_code', 'Too many wrong codes. Ask for a new one.'],
  rate_limited: [429, 'wait', 'Too many codes were asked for.'],
} as const satisfies Record<string, readonly [status: number, next: Next, message: string]>

/** The HTTP status that belongs to a reason, for routes that call `requestCode` and `verifyCode`. */
export function statusOf(reason: Reason): number {
  return OUTCOMES[reason][0]
}

function row<R extends Reason>(reason: R) {
  const [, next, message] = OUTCOMES[reason]
  return { reason, message, next } as {
    reason: R
    message: string
    next: (typeof OUTCOMES)[R][1]
  }
}

export function codeSent(retryAfterSeconds: number): CodeSentInfo {
  return { ...row('code_sent'), retryAfterSeconds }
}

export function accepted(email: string, remembered: unknown): AcceptedInfo {
  return { ...row('accepted'), email, ...(remembered !== null && { remembered }) }
}

export function invalidCode(attemptsLeft: number): InvalidCodeInfo {
  const { reason, message, next } = row('invalid_code')
  if (attemptsLeft > 0) {
    const tries = attemptsLeft === 1 ? 'One try is' : `${attemptsLeft} tries are`
    return { reason, message: `${message} ${tries} left.`, next, attemptsLeft }
  }
  return { reason, message: `${message} Ask for a new one.`, next: 'request_code', attemptsLeft: 0 }
}

export function rateLimited(retryAfterSeconds: number): RateLimitedInfo {
  const { reason, message, next } = row('rate_limited')
  const wait = inWords(retryAfterSeconds)
  return { reason, message: `${message} Try again in ${wait}.`, next, retryAfterSeconds }
}

export function codeField(reason: CodeFieldInfo['reason']): CodeFieldInfo {
  return row(reason) as CodeFieldInfo
}

export function notSignedIn(): NotSignedInInfo {
  return row('not_signed_in')
}

export function askAgain(reason: AskAgainInfo['reason']): AskAgainInfo {
  return row(reason) as AskAgainInfo
}
