/** What the client can do next, so that no client needs a list of reasons. */
export type Next = 'enter_code' | 'request_code' | 'sign_in' | 'wait' | 'done'

/**
 * One table for all outcomes: the HTTP status of a reason, and what the client can do next. The comments are the
 * column "when" of docs/reference/reasons.md.
 */
const OUTCOMES = {
  /** Also if a mail was sent a moment ago. */
  code_sent: { status: 202, next: 'enter_code' },
  /** The right code was entered. */
  accepted: { status: 200, next: 'done' },
  /**
   * A trusted browser skips the second factor. Only on routes that pin `step: 'request'`.
   * @see docs/guides/trusted-browsers.md
   */
  trusted_browser: { status: 200, next: 'done' },
  /** Not one plain address. Nothing is counted. */
  invalid_email: { status: 400, next: 'request_code' },
  /** No code was entered. Nothing is counted. */
  missing_code: { status: 400, next: 'enter_code' },
  /** Not one code of the pending length. Nothing is counted. */
  malformed_code: { status: 400, next: 'enter_code' },
  /** Wrong. When no try is left, `next` is `request_code`. */
  invalid_code: { status: 401, next: 'enter_code' },
  /** Codes are sent to the signed-in user, and the request has none. */
  not_signed_in: { status: 401, next: 'sign_in' },
  /**
   * A route behind `requireOtp`, and the session has no fresh proof.
   * @see docs/guides/confirm-sensitive-actions.md
   */
  otp_required: { status: 401, next: 'request_code' },
  /** Past its time, or too short after guesses at this address. */
  expired_code: { status: 401, next: 'request_code' },
  /** This browser has requested no code, or the store no longer knows it. */
  no_pending_code: { status: 403, next: 'request_code' },
  /**
   * The password was right, and the address that the application has is missing or is not one plain address. An event
   * has the user's id.
   * @see docs/guides/users-without-address.md
   */
  no_address: { status: 403, next: 'sign_in' },
  /**
   * The code was right and is used up. Your verify function, or `allowEmail`, refused.
   * @see docs/guides/known-users-only.md
   */
  not_allowed: { status: 403, next: 'request_code' },
  /** A browser posted from a page of another site. */
  cross_site: { status: 403, next: 'request_code' },
  /** Any method but POST. The header `Allow` names it. */
  method_not_allowed: { status: 405, next: 'request_code' },
  /**
   * Another code was requested since this page was drawn (`pending.id`). Nothing is counted.
   * @see docs/reference/requests.md#a-page-of-an-earlier-request
   */
  earlier_request: { status: 409, next: 'enter_code' },
  /** This challenge is spent. The next one is open at once. */
  too_many_attempts: { status: 429, next: 'request_code' },
  /** No mail is left for this address. A pending code still works. */
  rate_limited: { status: 429, next: 'wait' },
  /**
   * Only from `outcome(req)`: the request itself ends in your error handler, with an `EmailOtpError`.
   * @see docs/guides/after-a-redirect.md
   */
  not_sent: { status: 502, next: 'request_code' },
} as const satisfies Record<string, { status: number; next: Next }>

/** Stable name of an outcome. */
export type Reason = keyof typeof OUTCOMES

/** What the client can do next after the outcome of a reason. */
export type NextAfter<R extends Reason> = (typeof OUTCOMES)[R]['next']

export function nextAfter<R extends Reason>(reason: R): NextAfter<R> {
  return OUTCOMES[reason].next
}

/** The HTTP status that belongs to a reason, for routes that call `requestCode` and `verifyCode`. */
export function statusOf(reason: Reason): number {
  return OUTCOMES[reason].status
}
