import { Strategy as PassportStrategy } from 'passport-strategy'
import { parseEmail } from './challenge/email.js'
import { addressKeyOf } from './flow/address-hash.js'
import {
  ask,
  type Core,
  check,
  isForeign,
  refuse,
  route,
  type Settled,
  welcome,
} from './flow/authenticate.js'
import { forgetAddress } from './flow/call-store.js'
import { pendingOf } from './flow/result.js'
import { checkHealth, type Health } from './health.js'
import { afterAnswer } from './http/response.js'
import { type EmailOtpInfo, type Pending, statusOf } from './info.js'
import type {
  AnyEmailOtpOptions,
  EmailOtpOptions,
  EmailOtpOptionsWithRequest,
} from './options/options.js'
import { checkPurpose } from './options/purposes.js'
import { readOptions } from './options/settings.js'
import type {
  EmailOtpAuthenticateOptions,
  Proof,
  Request,
  RequestLike,
  Verify,
  VerifyWithRequest,
} from './passport/types.js'
import { type Guard, type RequireOtpOptions, requireOtp } from './require-otp.js'

/** What the methods share. A symbol, so that no subclass (Nest makes one) takes its place by accident. */
const core = Symbol('core')

/** What a code is for, where a call says it: one of the strategy's `purposes`. Default `'login'`. */
export type CallOptions = Pick<EmailOtpAuthenticateOptions, 'purpose'>

/**
 * Signs people in with a one-time code that is mailed to them: the first request through
 * `passport.authenticate('email-otp')` mails the code, the second, with the code, authenticates.
 */
export class Strategy extends PassportStrategy {
  readonly name: string
  // Not enumerable, so that no log of the strategy shows it. (`#private` members would throw: Passport
  // calls `authenticate` on `Object.create(strategy)`.)
  declare private readonly [core]: Core

  /** @throws TypeError if an option is wrong, missing or unknown; it says which, and what is expected. */
  constructor(options: EmailOtpOptionsWithRequest, verify: VerifyWithRequest)
  constructor(options: EmailOtpOptions, verify: Verify)
  constructor(options: AnyEmailOtpOptions, verify: Verify | VerifyWithRequest) {
    super()
    const settings = readOptions(options, verify)
    this.name = settings.name
    Object.defineProperty(this, core, { value: { settings, proofs: new WeakMap() } })
  }

  /** Called by Passport. Asks for a code, or checks one, and tells Passport what it came to. */
  override authenticate(req: Request, options: EmailOtpAuthenticateOptions = {}): void {
    // Captured now: passport.authenticate(strategyObject) does not clone, so that after the first await
    // these belong to whichever request came last.
    const { success, fail, redirect, error } = this
    const settle = ({ action, afterwards }: Settled) => {
      try {
        if (action.call === 'success') success(action.user, action.info)
        else if (action.call === 'redirect') redirect(action.url, 303)
        else fail(action.info, statusOf(action.info.reason))
      } finally {
        if (afterwards) afterAnswer(req, afterwards)
      }
    }
    route(this[core], req, options).then(settle).catch(error).catch(warn)
  }

  /**
   * Mails a code to what the person typed, without a route. `email` left out means the address that is
   * pending already ("send again"). With `emailFromRequest` it is ignored.
   * @throws EmailOtpError if something is broken; all else is in the answer.
   */
  async requestCode(
    req: RequestLike,
    email?: string | undefined,
    options: CallOptions = {},
  ): Promise<EmailOtpInfo> {
    const { settings } = this[core]
    const purpose = checkPurpose(settings.purposes, options.purpose)
    if (isForeign(settings, req)) return refuse(settings, req, 'cross_site').info
    const again = settings.place.read(req)
    const { info, afterwards } = await ask(settings, req, { typed: email, again, purpose })
    if (afterwards) afterAnswer(req, afterwards)
    return info
  }

  /**
   * Checks what the person typed, without a route. `accepted` has the address; logging in is the caller's.
   * @throws EmailOtpError if something is broken; all else is in the answer.
   */
  async verifyCode(
    req: RequestLike,
    code: string | undefined,
    options: CallOptions = {},
  ): Promise<EmailOtpInfo> {
    const { settings } = this[core]
    const purpose = checkPurpose(settings.purposes, options.purpose)
    if (isForeign(settings, req)) return refuse(settings, req, 'cross_site').info
    const { info, proof } = await check(this[core], req, code, { purpose, signsIn: false })
    if (proof) welcome(settings, req, proof, false)
    return info
  }

  /**
   * What a page needs to draw the code field, or `undefined` where nothing is pending. With `purpose`, only
   * what is pending for that.
   */
  pending(req: RequestLike, options: CallOptions = {}): Pending | undefined {
    const { settings } = this[core]
    const { purpose } = options
    if (purpose !== undefined) checkPurpose(settings.purposes, purpose)
    return pendingOf(settings, req, purpose)
  }

  /** What this very request has proven, from the verify function on; `undefined` in any other. */
  proven(req: RequestLike): Proof | undefined {
    return this[core].proofs.get(req)
  }

  /**
   * A middleware that lets a signed-in user through who has entered a code for `purpose` a moment ago, and
   * sends everybody else to enter one. The proof ends with its age, a logout, a new login or another user.
   * @throws TypeError for a wrong option.
   */
  requireOtp(options: RequireOtpOptions = {}): Guard {
    return requireOtp(this[core].settings, options)
  }

  /**
   * Whether store and mail server would do their part right now, for health endpoints and at start. Sends
   * nothing, changes nothing and never throws.
   */
  check(): Promise<Health> {
    return checkHealth(this[core].settings)
  }

  /** What the store, events and logs know an address by. @throws TypeError for anything but one address. */
  addressKey(email: string): string {
    return addressKeyOf(this[core].settings, parsed(email))
  }

  /**
   * Erases what the store knows of an address: wrong guesses, sends, pending codes. For a support desk (it
   * lifts every limit), and for the right to erasure.
   * @throws TypeError for anything but one address, or a store without `forget`.
   * @throws EmailOtpError `store_failed`
   */
  async forget(email: string): Promise<void> {
    const { settings } = this[core]
    await forgetAddress(settings, addressKeyOf(settings, parsed(email)))
  }
}

function parsed(email: unknown): string {
  const address = parseEmail(email)
  if (address !== undefined) return address
  // What was given is not repeated: it may be somebody's address.
  throw new TypeError(`Expected one e-mail address; got a ${typeof email}`)
}

/** The application's own callback threw, for the error as well: no reason to end the whole process. */
function warn(thrown: unknown): void {
  process.emitWarning(thrown instanceof Error ? thrown : String(thrown))
}
