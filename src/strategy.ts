import { captureWith } from './flow/capture.js'
import { endProofs } from './flow/fresh-proof.js'
import {
  type CallOptions,
  requestCodePlainly,
  type StepOptions,
  stepPlainly,
  type VerifyCallOptions,
  verifyCodePlainly,
} from './flow/plain-calls.js'
import { authenticateForPassport, type PassportActions } from './flow/tell-passport.js'
import type { EmailOtpInfo } from './info.js'
import type {
  AnyEmailOtpOptions,
  EmailOtpOptions,
  EmailOtpOptionsWithRequest,
} from './options/options.js'
import type { Options } from './options/reader.js'
import { type AnyVerify, readSettings } from './options/settings.js'
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
import { coreOf } from './strategy/core.js'
import { StrategyForPages } from './strategy/pages.js'
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
> extends StrategyForPages {
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
    // The application's functions receive requests and ids of its own types.
    super(readSettings(options as Options, verify as AnyVerify))
    Object.defineProperty(this, CAPTURE, { value: captureWith(coreOf(this)) })
  }

  /** Called by Passport. Requests a code or checks one, and tells Passport the outcome. */
  override authenticate(req: RequestLike, options: EmailOtpAuthenticateOptions = {}): void {
    // Captured now: passport.authenticate(strategyObject) does not clone, so that after the first await
    // these functions belong to the request that came last.
    const { success, fail, redirect, error } = this as unknown as PassportActions
    authenticateForPassport({ success, fail, redirect, error }, coreOf(this), req, options)
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
    return requestCodePlainly(coreOf(this), req, email, options)
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
    return verifyCodePlainly(coreOf(this), req, code, options)
  }

  /**
   * The step that a request takes, for a rate limiter before the route: `request` if it requests a code,
   * `verify` if it checks one. Pass the `step` that the route pins, if it pins one. On Koa pass `ctx.request`.
   * @throws EmailOtpError `body_required` where no parser has read the body; TypeError for another `step`.
   */
  stepOf(req: RequestLike, options: StepOptions = {}): 'request' | 'verify' {
    return stepPlainly(coreOf(this).settings, req, options)
  }

  /** What this request has proven, from the verify function on; `undefined` in any other request. */
  proven(req: RequestLike): Proof<Subject> | undefined {
    // The subject is what subjectFromRequest returned, so it has that function's type.
    return coreOf(this).proofs.get(req) as Proof<Subject> | undefined
  }

  /**
   * A middleware that lets a signed-in user pass who has entered a code for `purpose` recently, and sends
   * all others to enter one. A proof ends with its age, a logout, a new login or another user.
   * @throws TypeError for a wrong option.
   */
  requireOtp(options: RequireOtpOptions = {}): Guard {
    return requireOtp(coreOf(this), options)
  }

  /**
   * Removes all fresh proofs from the session. Passport's own logout ends them; call this in a logout of your
   * own that keeps the session.
   */
  endProofs(req: RequestLike): void {
    endProofs(coreOf(this).settings, req)
  }
}
