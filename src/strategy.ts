import { Strategy as PassportStrategy } from 'passport-strategy'
import { answer, pendingOf, type Step } from './answer.js'
import { readPending, sessionOf } from './challenge/session.js'
import { readBody } from './input/body.js'
import { isCrossSite } from './input/origin.js'
import type { AnyEmailOtpOptions, EmailOtpOptions, EmailOtpOptionsWithRequest } from './options.js'
import { askAgain, type EmailOtpInfo, type Pending, statusOf } from './outcome.js'
import { readAuthenticateOptions } from './passport/authenticate-options.js'
import { callVerify } from './passport/call-verify.js'
import { afterAnswer, setHeader } from './passport/response.js'
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

/** What the methods share. A symbol, so that no subclass (Nest makes one) takes its place by accident. */
const core = Symbol('core')

interface Core {
  readonly settings: Settings
  /** What each request has proven; forgotten with the request. */
  readonly proofs: WeakMap<RequestLike, Proof>
}

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
   * pending already ("send again").
   * @throws EmailOtpError if something is broken; all else is in the answer.
   */
  async requestCode(req: RequestLike, email?: string | undefined): Promise<EmailOtpInfo> {
    const { settings } = this[core]
    if (isCrossSite(req, settings)) return refuse(settings, req, 'cross_site').info
    const { info, afterwards } = await ask(settings, req, email ?? pendingEmail(settings, req))
    if (afterwards) afterAnswer(req, afterwards)
    return info
  }

  /**
   * Checks what the person typed, without a route. `accepted` has the address; logging in is the caller's.
   * @throws EmailOtpError if something is broken; all else is in the answer.
   */
  async verifyCode(req: RequestLike, code: string | undefined): Promise<EmailOtpInfo> {
    const { settings } = this[core]
    if (isCrossSite(req, settings)) return refuse(settings, req, 'cross_site').info
    return (await check(this[core], req, code, { needsRegenerate: false })).info
  }

  /** What a page needs to draw the code field, or `undefined` where nothing is pending. */
  pending(req: RequestLike): Pending | undefined {
    return pendingOf(this[core].settings, req)
  }

  /** What this very request has proven, from the verify function on; `undefined` in any other. */
  proven(req: RequestLike): Proof | undefined {
    return this[core].proofs.get(req)
  }
}

/** The application's own callback threw, for the error as well: no reason to end the whole process. */
function warn(thrown: unknown): void {
  process.emitWarning(thrown instanceof Error ? thrown : String(thrown))
}

interface Settled {
  readonly action: Action
  readonly afterwards?: Step['afterwards']
}

/** The two requests: method → cross-site → step → ask for a code, or check one and log in. */
async function route(
  core: Core,
  req: Request,
  options: EmailOtpAuthenticateOptions,
): Promise<Settled> {
  const { settings } = core
  if (req.method !== 'POST') {
    setHeader(req, 'Allow', 'POST')
    return failed(refuse(settings, req, 'method_not_allowed'))
  }
  if (isCrossSite(req, settings)) return failed(refuse(settings, req, 'cross_site'))
  const { step, codeSentRedirect } = readAuthenticateOptions(options)
  const typed = readBody(req, settings)
  if (step === 'verify' || (step === undefined && typed.code !== undefined)) {
    return logIn(settings, req, await check(core, req, typed.code, { needsRegenerate: true }))
  }
  // Anywhere else a password login in an array of strategies would send mail to the pending address.
  const fallback = step === 'request' ? pendingEmail(settings, req) : undefined
  const asked = await ask(settings, req, typed.email ?? fallback)
  if (asked.info.reason !== 'code_sent' || codeSentRedirect === undefined) return failed(asked)
  return { action: { call: 'redirect', url: codeSentRedirect }, afterwards: asked.afterwards }
}

async function ask(settings: Settings, req: RequestLike, email: unknown): Promise<Step> {
  const asked = answer(settings, req, await requestCode(settings, req, email))
  if (asked.info.reason === 'rate_limited') {
    setHeader(req, 'Retry-After', String(asked.info.retryAfterSeconds))
  }
  return asked
}

async function check(
  { settings, proofs }: Core,
  req: RequestLike,
  code: unknown,
  needs: { readonly needsRegenerate: boolean },
): Promise<Verification> {
  const verification = await verifyCode(settings, req, code, needs)
  if (verification.proof) proofs.set(req, verification.proof)
  return answer(settings, req, verification)
}

/** The address is proven: asks the application who that is. */
async function logIn(
  settings: Settings,
  req: Request,
  verification: Verification,
): Promise<Settled> {
  const { proof, info } = verification
  if (!proof) return failed(verification)
  const { user, info: theirs } = await callVerify(settings, req, proof.email)
  if (user) return { action: { call: 'success', user, info: merged(info, theirs) } }
  const { info: refusal } = refuse(settings, req, 'not_allowed', proof.email)
  return failed({ info: merged(refusal, theirs) })
}

/** What the application's verify function adds; what happened and what comes next stay ours. */
function merged<Info extends EmailOtpInfo>(ours: Info, theirs: object): Info {
  return { ...ours, ...theirs, reason: ours.reason, next: ours.next }
}

function refuse(
  settings: Settings,
  req: RequestLike,
  reason: 'cross_site' | 'method_not_allowed' | 'not_allowed',
  email?: string,
): Step {
  return answer(settings, req, { info: askAgain(reason), email })
}

function failed({ info, afterwards }: Step): Settled {
  return { action: { call: 'fail', info }, afterwards }
}

function pendingEmail(settings: Settings, req: RequestLike): string | undefined {
  return readPending(settings, sessionOf(req))?.email
}
