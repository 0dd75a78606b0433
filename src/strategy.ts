import { Strategy as PassportStrategy } from 'passport-strategy'
import { answer, pendingOf, type Step } from './answer.js'
import { readPending, sessionOf } from './challenge/session.js'
import { readBody } from './input/body.js'
import { isCrossSite } from './input/origin.js'
import type { EmailOtpOptions } from './options.js'
import { askAgain, type EmailOtpInfo, type Pending, statusOf } from './outcome.js'
import { readAuthenticateOptions } from './passport/authenticate-options.js'
import { callVerify } from './passport/call-verify.js'
import { setHeader } from './passport/response.js'
import type {
  Action,
  EmailOtpAuthenticateOptions,
  Proof,
  Request,
  RequestLike,
  Verify,
  VerifyWithRequest,
} from './passport/types.js'
import { requestCode } from './request-code.js'
import { readOptions, type Settings } from './settings.js'
import { type Verification, verifyCode } from './verify-code.js'

/**
 * Signs people in with a one-time code that is mailed to them: the first request through
 * `passport.authenticate('email-otp')` mails the code, the second, with the code, authenticates.
 */
export class Strategy extends PassportStrategy {
  readonly name: string
  // Neither is enumerable, so that no log of the strategy shows them. (`#private` members would throw:
  // Passport calls `authenticate` on `Object.create(strategy)`.)
  declare private readonly settings: Settings
  declare private readonly proofs: WeakMap<RequestLike, Proof>

  /** @throws TypeError if an option is wrong, missing or unknown; it says which, and what is expected. */
  constructor(
    options: EmailOtpOptions & { readonly passReqToCallback: true },
    verify: VerifyWithRequest,
  )
  constructor(
    options: EmailOtpOptions & { readonly passReqToCallback?: false | undefined },
    verify: Verify,
  )
  constructor(options: EmailOtpOptions, verify: Verify | VerifyWithRequest) {
    super()
    const settings = readOptions(options, verify)
    this.name = settings.name
    Object.defineProperties(this, {
      settings: { value: settings },
      proofs: { value: new WeakMap() },
    })
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
        else fail(action.info, statusOf(action.reason))
      } finally {
        if (afterwards) setImmediate(afterwards)
      }
    }
    this.route(req, options).then(settle).catch(error)
  }

  /**
   * Mails a code to what the person typed, without a route. `email` left out means the address that is
   * pending already ("send again").
   * @throws EmailOtpError if something is broken; all else is in the answer.
   */
  async requestCode(req: RequestLike, email?: string | undefined): Promise<EmailOtpInfo> {
    const { info, afterwards } = this.isCrossSite(req)
      ? this.refuse(req, 'cross_site')
      : await this.request(req, email ?? this.pendingEmail(req))
    if (afterwards) setImmediate(afterwards)
    return info
  }

  /**
   * Checks what the person typed, without a route. `accepted` has the address; logging in is the caller's.
   * @throws EmailOtpError if something is broken; all else is in the answer.
   */
  async verifyCode(req: RequestLike, code: string | undefined): Promise<EmailOtpInfo> {
    if (this.isCrossSite(req)) return this.refuse(req, 'cross_site').info
    return (await this.check(req, code, false)).info
  }

  /** What a page needs to draw the code field, or `undefined` where nothing is pending. */
  pending(req: RequestLike): Pending | undefined {
    return pendingOf(this.settings, req)
  }

  /** What this very request has proven, from the verify function on; `undefined` in any other. */
  proven(req: RequestLike): Proof | undefined {
    return this.proofs.get(req)
  }

  /** The two requests: method → cross-site → step → verification or request. */
  private async route(req: Request, options: EmailOtpAuthenticateOptions): Promise<Settled> {
    const { step, codeSentRedirect } = readAuthenticateOptions(options)
    if (req.method !== 'POST') {
      setHeader(req, 'Allow', 'POST')
      return refused(this.refuse(req, 'method_not_allowed'))
    }
    if (this.isCrossSite(req)) return refused(this.refuse(req, 'cross_site'))
    const typed = readBody(req, this.settings)
    if (step === 'verify' || (step === undefined && typed.code !== undefined)) {
      return this.logIn(req, await this.check(req, typed.code, true))
    }
    const fallback = step === 'request' ? this.pendingEmail(req) : undefined
    const { info, afterwards } = await this.request(req, typed.email ?? fallback)
    if (info.reason === 'code_sent' && codeSentRedirect !== undefined) {
      return { action: { call: 'redirect', url: codeSentRedirect }, afterwards }
    }
    return refused({ info, afterwards })
  }

  private async request(req: RequestLike, email: unknown): Promise<Step> {
    const step = answer(this.settings, req, await requestCode(this.settings, req, email))
    if (step.info.reason === 'rate_limited') {
      setHeader(req, 'Retry-After', String(step.info.retryAfterSeconds))
    }
    return step
  }

  private async check(req: RequestLike, code: unknown, needsRegenerate: boolean) {
    const verification = await verifyCode(this.settings, req, code, { needsRegenerate })
    if (verification.proof) this.proofs.set(req, verification.proof)
    return { ...verification, ...answer(this.settings, req, verification) } as Verification
  }

  /** The address is proven: asks the application who that is. */
  private async logIn(req: Request, verification: Verification): Promise<Settled> {
    const { proof, info } = verification
    if (!proof) return refused(verification)
    const { user, info: theirs } = await callVerify(this.settings, req, proof.email)
    if (user) {
      const { reason, next } = info
      return {
        action: { call: 'success', user, info: { ...info, ...theirs, reason, next } },
      }
    }
    const refusal = this.refuse(req, 'not_allowed', proof.email)
    const { reason, next } = refusal.info
    return refused({ info: { ...refusal.info, ...theirs, reason, next } as EmailOtpInfo })
  }

  private refuse(
    req: RequestLike,
    reason: 'cross_site' | 'method_not_allowed' | 'not_allowed',
    email?: string,
  ): Step {
    return answer(this.settings, req, { info: askAgain(reason), email })
  }

  private isCrossSite(req: RequestLike): boolean {
    return isCrossSite(req, this.settings)
  }

  private pendingEmail(req: RequestLike): string | undefined {
    return readPending(this.settings, sessionOf(req))?.email
  }
}

interface Settled {
  readonly action: Action
  readonly afterwards?: Step['afterwards']
}

function refused({ info, afterwards }: Step): Settled {
  return { action: { call: 'fail', reason: info.reason, info }, afterwards }
}
