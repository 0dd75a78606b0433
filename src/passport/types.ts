import type { Strategy as PassportStrategy } from 'passport-strategy'

/**
 * Express's request, as Passport's own types define it. Taken from there, so that an application has one
 * copy of these types.
 */
export type Request = Parameters<PassportStrategy['authenticate']>[0]

/** What a request of any framework must have: headers, and a session that holds the pending state. */
export interface RequestLike {
  /** Node's object of headers, or a web-style `Headers`. */
  readonly headers:
    | Readonly<Record<string, string | readonly string[] | undefined>>
    | { get(name: string): string | null }
  readonly session?: unknown
  readonly body?: unknown
  /** The response, where the host sets it on the request. */
  readonly res?: unknown
}

/** The id of a user. */
export type SubjectId = string | number | bigint

type MaybeUser = Express.User | false | null | undefined

/** Ends a verify function: with an error, or with the user (`false` for no user) and what to add to `info`. */
export type VerifyDone = (
  err: unknown,
  user?: MaybeUser,
  info?: object | string | undefined,
) => void

/**
 * What a verify function returns: a promise of the user or of no user, or nothing where it calls `done`.
 * An `async` function that calls `done` returns a promise of nothing.
 */
export type Verified = PromiseLike<MaybeUser> | PromiseLike<void> | undefined | void

/**
 * Finds or creates the user once the address is proven. `who` is the subject where `subjectFromRequest` is
 * configured, otherwise the address.
 *
 * If your application creates accounts before it verifies their address, an attacker may have created this one
 * with the owner's address. At the first proof of an address, remove the password, the sessions and the linked
 * logins of its account, and note that the address is verified.
 */
export type Verify<Subject = string> = (who: Subject, done: VerifyDone) => Verified

/** The verify function with `passReqToCallback: true`. */
export type VerifyWithRequest<Subject = string, Req = Request> = (
  req: Req,
  who: Subject,
  done: VerifyDone,
) => Verified

/** What `proven(req)` returns, from the verify function on, in the same request. */
export interface Proof<Subject = string> {
  /** The address that has just been proven. */
  readonly email: string
  /** The user that the code belonged to, as `subjectFromRequest` returned it; `null` without one. */
  readonly subject: Subject | null
  /** What the code was issued for; `'login'` unless a route names another purpose. */
  readonly purpose: string
  /** What `remember` returned when the code was requested; `null` where it returned nothing. */
  readonly remembered: unknown
  /**
   * Whether this browser had proven the address before, by the cookie of `knownBrowsers`. `undefined` where no cookie
   * can work: `knownBrowsers: false`, `pendingIn: 'token'`, or a host that sets no response on the request. For a
   * notice of a sign-in from a new browser.
   */
  readonly browser: 'known' | 'new' | undefined
  /** Wrong guesses at the address within 30 days, this request's own among them. Show them to no client. */
  readonly failures: number
}

/** The options of `passport.authenticate('email-otp', …)` beside Passport's own. */
export interface EmailOtpAuthenticateOptions {
  /**
   * Pins the step of the route. Without it, a body that has the code field is a verification and any other
   * body requests a code.
   *
   * Only with `'request'` a body without an address means the pending address, so that a "send again" button needs no
   * address.
   * @range `'request'` or `'verify'`
   * @see docs/guides/two-routes.md
   */
  readonly step?: 'request' | 'verify' | undefined
  /**
   * Where to redirect (303) once a code is on its way. Without it the answer is `fail(info, 202)`.
   * @range a URL; not with `pendingIn: 'token'`
   */
  readonly codeSentRedirect?: string | undefined
  /**
   * What the code is issued for, on both requests.
   * @defaultValue `'login'`
   * @range a name from `purposes`
   * @see docs/guides/confirm-sensitive-actions.md
   */
  readonly purpose?: string | undefined
}

declare module 'passport' {
  interface AuthenticateOptions extends EmailOtpAuthenticateOptions {}
}
