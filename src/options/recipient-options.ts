import type { RequestLike, SubjectId } from '../passport/types.js'
import type { TrustedBrowserOptions } from './trusted-browsers.js'

type MaybePromise<T> = T | PromiseLike<T>

/** The address of a user, with the language that the user reads, if the application knows it. */
export interface UserEmail {
  readonly email: string | null | undefined
  /** A language tag, such as `pt-BR` or `de_AT`. It decides the language of the mail, and of nothing else. */
  readonly locale?: string | null | undefined
}

/** The options that decide who gets a code, on which send limit, and who needs none. */
export interface RecipientOptions<Subject extends SubjectId, Req extends RequestLike> {
  /**
   * Restricts sign-ins to known users. A falsy result means that no mail is sent, and changes nothing else,
   * so that the answer does not tell who has an account.
   *
   * It is called after the request was answered, and again when a code matches. `sendCode` receives its result as
   * `account`, and the mail is written in the language of `account.locale`, if there is one and the strategy speaks
   * it.
   * @see docs/guides/known-users-only.md
   */
  readonly allowEmail?: ((email: string, req: Req) => unknown) | undefined
  /**
   * Folds the spellings that are one account in your application (dots, `+tags`) for counts and send limits.
   *
   * It takes an address and returns the spelling that stands for all of them. Mail is still sent to the address that
   * was typed.
   * @see docs/guides/several-spellings.md
   */
  readonly accountKey?: ((email: string) => string) | undefined
  /**
   * Whether a browser that has proven an address gets a cookie (180 days) that gives it a send limit of its
   * own there, which strangers cannot use up.
   * @defaultValue `true`
   * @range `true` or `false`; not with `pendingIn: 'token'`
   * @see docs/operations/send-limits.md#known-devices
   */
  readonly knownBrowsers?: boolean | undefined
  /**
   * Whether the request for a code came with a solved CAPTCHA. Such requests have a send limit of their own,
   * as large as the others.
   *
   * Only `true` counts: do not return the response of a CAPTCHA service unchanged. Called once for each request that
   * does not come from a known browser. By default no request did.
   * @see docs/operations/send-limits.md#solved-captchas
   */
  readonly captchaPassed?: ((req: Req) => boolean | PromiseLike<boolean>) | undefined
  /**
   * The address that codes are sent to, for a second factor or a fresh proof, instead of one from the body, which is
   * then never read.
   *
   * It is the address of the user who is signed in or has just given a password. Return `{ email, locale }` to write
   * the mail in that user's language. A falsy address is answered with `not_signed_in`, or with
   * `no_address` if `subjectFromRequest` names a user. "Send again" is an exception.
   * @see docs/guides/second-factor.md
   * @see docs/guides/confirm-sensitive-actions.md
   */
  readonly emailFromRequest?:
    | ((req: Req) => MaybePromise<string | UserEmail | null | undefined>)
    | undefined
  /**
   * The id of the user that a code belongs to.
   *
   * The code is bound to it, the verify function receives it as `who`, and where the second request has a user too,
   * it must be the same one. Without a result, a request for a code is answered with `not_signed_in`, but
   * for "send again".
   * @range a function, with `emailFromRequest`
   * @see docs/guides/second-factor.md
   */
  readonly subjectFromRequest?: ((req: Req) => MaybePromise<Subject | null | undefined>) | undefined
  /**
   * Lets users skip the code after the password on browsers that they trust, for some days.
   * @range `{ days, version }`, with `days` from 1 to 90; needs `subjectFromRequest`, not with `pendingIn: 'token'`
   * @see docs/guides/trusted-browsers.md
   */
  readonly trustedBrowsers?: TrustedBrowserOptions<Subject> | undefined
}
