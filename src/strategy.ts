import { Strategy as PassportStrategy } from 'passport-strategy'
import { hashOfGivenAddress } from './flow/address-hash.js'
import type { IdleOptions } from './flow/background.js'
import { forgetInStore } from './flow/call-store.js'
import { captureWith } from './flow/capture.js'
import { type Core, createCore } from './flow/exchange.js'
import { endProofs } from './flow/fresh-proof.js'
import { takeOutcome } from './flow/outcome.js'
import { pageStateOf } from './flow/page-state.js'
import {
  type CallOptions,
  pendingPlainly,
  requestCodePlainly,
  type StepOptions,
  stepPlainly,
  type VerifyCallOptions,
  verifyCodePlainly,
} from './flow/plain-calls.js'
import { startExchange } from './flow/start-exchange.js'
import { authenticateForPassport, type PassportActions } from './flow/tell-passport.js'
import { beginVisit } from './flow/visit.js'
import { type Health, healthCheck } from './health.js'
import type { EmailOtpInfo, Pending } from './info.js'
import type {
  AnyEmailOtpOptions,
  EmailOtpOptions,
  EmailOtpOptionsWithRequest,
} from './options/options.js'
import type { Options } from './options/reader.js'
import { type AnyVerify, readSettings } from './options/settings.js'
import type { PageState } from './page/state.js'
import type {
  EmailOtpAuthenticateOptions,
  Proof,
  Request,
  RequestLike,
  SubjectId,
  Verify,
  VerifyWithRequest,
} from './passport/types.js'
import { type Guard, type RequireOtpOptions, requireOtp } from './require-otp.js'
import { CAPTURE } from './util/shared-symbols.js'

/**
 * Signs users in with a one-time code that is sent to their e-mail address. The first request through
 * `passport.authenticate('email-otp')` sends the code; the second, with the code, authenticates.
 *
 * `Subject` is the type of a user's id where `subjectFromRequest` is configured; `Req` is the type of the
 * request that your functions receive.
 */
export class Strategy<
  Subject extends SubjectId = string,
  Req extends RequestLike = Request,
> extends PassportStrategy {
  readonly name: string
  // A function, so that no log of the strategy shows keys. (`#private` members would throw: Passport calls
  // `authenticate` on `Object.create(strategy)`.)
  private readonly _core: () => Core & { readonly checkHealth: () => Promise<Health> }

  /** @throws TypeError if an option is wrong, missing or unknown. It names the option and what is expected. */
  constructor(
    options: EmailOtpOptionsWithRequest<Subject, Req>,
    verify: VerifyWithRequest<Subject, Req>,
  )
  constructor(options: EmailOtpOptions<Subject, Req>, verify: Verify<Subject>)
  constructor(
    options: AnyEmailOtpOptions<Subject, Req>,
    verify: Verify<Subject> | VerifyWithRequest<Subject, Req>,
  ) {
    super()
    // The application's functions receive requests and ids of its own types.
    const settings = readSettings(options as Options, verify as AnyVerify)
    const core = { ...createCore(settings), checkHealth: healthCheck(settings) }
    this.name = settings.name
    this._core = () => core
    Object.defineProperty(this, CAPTURE, { value: captureWith(core) })
  }

  /** Called by Passport. Requests a code or checks one, and tells Passport the outcome. */
  override authenticate(req: RequestLike, options: EmailOtpAuthenticateOptions = {}): void {
    // Captured now: passport.authenticate(strategyObject) does not clone, so that after the first await
    // these functions belong to the request that came last.
    const { success, fail, redirect, error } = this as unknown as PassportActions
    authenticateForPassport({ success, fail, redirect, error }, this._core(), req, options)
  }

  /**
   * Sends a code to the address that the user typed, without a route. Without `email` it is sent to the
   * pending address ("send again"). With `emailFromRequest`, `email` is ignored.
   * @throws EmailOtpError for an operational failure; every other outcome is returned.
   */
  requestCode(
    req: RequestLike,
    email?: string | undefined,
    options: CallOptions = {},
  ): Promise<EmailOtpInfo> {
    return requestCodePlainly(this._core(), req, email, options)
  }

  /**
   * Checks the code that the user typed, without a route. `accepted` has the address; the caller logs the
   * user in.
   * @throws EmailOtpError for an operational failure; every other outcome is returned.
   */
  verifyCode(
    req: RequestLike,
    code: string | undefined,
    options: VerifyCallOptions = {},
  ): Promise<EmailOtpInfo> {
    return verifyCodePlainly(this._core(), req, code, options)
  }

  /**
   * The step that a request takes, for a rate limiter before the route: `request` if it requests a code,
   * `verify` if it checks one. Pass the `step` that the route pins, if it pins one. On Koa pass `ctx.request`.
   * @throws EmailOtpError `body_required` where no parser has read the body; TypeError for another `step`.
   */
  stepOf(req: RequestLike, options: StepOptions = {}): 'request' | 'verify' {
    return stepPlainly(this._core().settings, req, options)
  }

  /**
   * Everything a page needs to draw the code field, or `undefined` if nothing is pending. With `purpose`,
   * only what is pending for that purpose.
   */
  pending(req: RequestLike, options: CallOptions = {}): Pending | undefined {
    return pendingPlainly({ ...this._core(), req }, options)
  }

  /**
   * Call it where a sign-in page of your own is drawn (`loginPage` and `loginForm` do). It gives the visitor a session,
   * so that two clicks on the button of a first visit send one mail with one code, and not two with two codes.
   */
  beginVisit(req: RequestLike): void {
    beginVisit({ ...this._core(), req })
  }

  /**
   * What the last request ended with, for the page that it was redirected to: once per redirect, the same for each
   * call within one request, and `undefined` after 60 seconds or once another code has been requested. Routes that
   * set `failureRedirect` or `codeSentRedirect` keep it in the session. A mail that could not be sent is `not_sent`.
   */
  outcome(req: RequestLike): EmailOtpInfo | undefined {
    return takeOutcome(startExchange(this._core(), req))
  }

  /**
   * What `loginPage` and `loginForm` draw for this request. A page of your own needs no more than `pending(req)`
   * and the outcome.
   */
  pageState(req: RequestLike, options: CallOptions = {}): PageState {
    return pageStateOf(this._core(), req, options)
  }

  /** What this request has proven, from the verify function on; `undefined` in any other request. */
  proven(req: RequestLike): Proof<Subject> | undefined {
    // The subject is what subjectFromRequest returned, so it has that function's type.
    return this._core().proofs.get(req) as Proof<Subject> | undefined
  }

  /**
   * A middleware that lets a signed-in user pass who has entered a code for `purpose` recently, and sends
   * all others to enter one. A proof ends with its age, a logout, a new login or another user.
   * @throws TypeError for a wrong option.
   */
  requireOtp(options: RequireOtpOptions = {}): Guard {
    return requireOtp(this._core(), options)
  }

  /**
   * Removes all fresh proofs from the session. Passport's own logout ends them; call this in a logout of your
   * own that keeps the session.
   */
  endProofs(req: RequestLike): void {
    endProofs(this._core().settings, req)
  }

  /**
   * Whether store and mail server are working now, for health endpoints and at start. It sends nothing,
   * changes nothing and never throws.
   */
  check(): Promise<Health> {
    return this._core().checkHealth()
  }

  /**
   * For shutdown, before the mailer and the store are closed: waits for requests, for mails after their answers and
   * for promises of `onEvent`. Returns `false` if the time is over first. @throws TypeError for a wrong option.
   */
  idle(options: IdleOptions = {}): Promise<boolean> {
    return this._core().background.idle(options)
  }

  /** The hash that the store, events and logs know an address by. @throws TypeError unless it gets one address. */
  addressHash(email: string): string {
    return hashOfGivenAddress(this._core().settings, email)
  }

  /**
   * Erases what the store knows of an address: wrong guesses, sends, pending codes. For a support desk (it
   * lifts every limit) and for the right to erasure.
   * @throws TypeError unless it gets one address, or if the store has no `forget`.
   * @throws EmailOtpError `store_failed`
   */
  async forget(email: string): Promise<void> {
    const { settings } = this._core()
    await forgetInStore(settings, hashOfGivenAddress(settings, email))
  }
}
