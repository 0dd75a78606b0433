import type { Strategy as PassportStrategy } from 'passport-strategy'
import type { EmailOtpInfo } from '../info.js'

/**
 * Express's request, as Passport's own types know it. Taken from there, so that an application has
 * one copy of these types and not two that look alike.
 */
export type Request = Parameters<PassportStrategy['authenticate']>[0]

/** The least a request must have, whatever the framework: headers, and a session for what waits. */
export interface RequestLike {
  /** Node's object of headers, or a web-style `Headers`. */
  readonly headers:
    | Readonly<Record<string, string | readonly string[] | undefined>>
    | { get(name: string): string | null }
  readonly session?: unknown
  readonly body?: unknown
  /** The response, where the host hangs it on the request. */
  readonly res?: unknown
}

/** Ends a verify function: an error, or the user (`false` for nobody), and what to add to `info`. */
export type VerifyDone = (
  err: unknown,
  user?: Express.User | false | null | undefined,
  info?: object | string | undefined,
) => void

type MaybeUser = Express.User | false | null | undefined

/**
 * What a verify function may return instead of calling `done`: a promise of the user, or of nobody.
 * (`void` is what a function returns that calls `done`.)
 */
export type Verified = PromiseLike<MaybeUser> | PromiseLike<void> | undefined

// A plain `=> void` would refuse a function that returns a promise of a user.
type VerifyResult = Verified | ReturnType<() => void>

/** Finds or creates the user, once the address is proven. `who` is the address, or the subject where there is one. */
export type Verify = (who: string, done: VerifyDone) => VerifyResult

/** The same under `passReqToCallback: true`. */
export type VerifyWithRequest = (req: Request, who: string, done: VerifyDone) => VerifyResult

/** What `proven(req)` answers, from the verify function on, in the same request. */
export interface Proof {
  /** The address that has just been proven. */
  readonly email: string
  /** The user that the code belonged to; `null` where it was sent for an address alone. */
  readonly subject: string | null
  /** What the code was for; `'login'` unless a route says otherwise. */
  readonly purpose: string
  /** What `remember` returned when the code was asked for; `null` if nothing. */
  readonly remembered: unknown
}

/** What `passport.authenticate('email-otp', …)` takes beyond Passport's own options. */
export interface EmailOtpAuthenticateOptions {
  /**
   * Pins what the route does. Without it, a body that has the code field is a verification and any
   * other body asks for a code. Only `'request'` falls back to the pending address when the body has
   * none, so that a "send again" button needs no address.
   */
  readonly step?: 'request' | 'verify' | undefined
  /** Where to go (303) once a code is on its way. Without it that is `fail(info, 202)`. */
  readonly codeSentRedirect?: string | undefined
  /** What the code is for, on both requests: one of the strategy's `purposes`. Default `'login'`. */
  readonly purpose?: string | undefined
}

declare module 'passport' {
  interface AuthenticateOptions extends EmailOtpAuthenticateOptions {}
}

/** What the strategy tells Passport, decided before anything is called. */
export type Action =
  | { readonly call: 'success'; readonly user: Express.User; readonly info: EmailOtpInfo }
  | { readonly call: 'fail'; readonly info: EmailOtpInfo }
  | { readonly call: 'redirect'; readonly url: string }
