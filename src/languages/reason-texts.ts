/**
 * The sentences of `info.message`, by reason. They are shown on a page, above the form or in place of it.
 *
 * No sentence may hold what a user typed, nor four digits in a row.
 */
export interface ReasonTexts {
  /** A mail is on its way, or one was sent a moment ago. With `allowEmail`, also when none was sent. */
  readonly code_sent: string
  /** The mail server took the mail, but its last answer did not come. The mail has probably arrived. */
  readonly code_sent_unconfirmed: string
  /** The code is right, and the user is signed in or has confirmed the step. */
  readonly accepted: string
  /** What was typed is not one e-mail address. */
  readonly invalid_email: string
  /** The address would be one without the space or the invisible character that was pasted into it. */
  readonly invalid_email_unseen: string
  /** The code field was sent empty. */
  readonly missing_code: string
  /** What was typed is not a code: other characters than digits, or too many or too few digits. */
  malformed_code(parameters: {
    /** How many digits the code has, 6 to 10. */
    readonly digits: number
  }): string
  /** The code is wrong, and the user can try again. */
  invalid_code(parameters: {
    /** How often the user can still try this code, 1 to 9. */
    readonly attemptsLeft: number
  }): string
  /** The code is wrong, and that was the last try. */
  readonly invalid_code_last: string
  /** The page of a second factor was opened before the password was entered. */
  readonly not_signed_in: string
  /** A signed-in user opened a page that needs a fresh code. */
  readonly otp_required: string
  /** The code's time is over, or wrong guesses at the address have made longer codes necessary. */
  readonly expired_code: string
  /** No code was requested in this browser, or too long ago. */
  readonly no_pending_code: string
  /** The code was right, but the application does not let this address in. */
  readonly not_allowed: string
  /** The form was sent by a page of another site. */
  readonly cross_site: string
  /** For developers: the URL was opened with another method than POST. */
  readonly method_not_allowed: string
  /** The code was tried too often. */
  readonly too_many_attempts: string
  /** Too many mails were sent to this address. */
  rate_limited(parameters: {
    /** Whole seconds until the next mail can be requested. */
    readonly retryAfterSeconds: number
  }): string
  /** No mail could be sent, because the mail server refused it or could not be reached. */
  readonly not_sent: string
  /** The code was typed into a page that shows an earlier request than the current one, as in an old tab. */
  readonly earlier_request: string
  /** The password was right, but the account has no e-mail address that a code could be sent to. */
  readonly no_address: string
  /** The user trusts this browser, so the second factor is skipped. */
  readonly trusted_browser: string
}
