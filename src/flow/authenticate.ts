import { readBody } from '../http/body.js'
import { isCrossSite } from '../http/origin.js'
import { setHeader } from '../http/response.js'
import { askAgain, type EmailOtpInfo } from '../info.js'
import type { Settings } from '../options/settings.js'
import type {
  Action,
  EmailOtpAuthenticateOptions,
  Proof,
  Request,
  RequestLike,
} from '../passport/types.js'
import { addressKeyOf } from './address-hash.js'
import { readAuthenticateOptions } from './authenticate-options.js'
import { callVerify } from './call-verify.js'
import { keepProof } from './fresh-proof.js'
import { rememberDevice } from './known-browser.js'
import { type Question, requestCode } from './request-code.js'
import { answer, type Step } from './result.js'
import { type Verification, type VerifyUse, verifyCode } from './verify-code.js'

/** What the strategy's methods share. */
export interface Core {
  readonly settings: Settings
  /** What each request has proven; forgotten with the request. */
  readonly proofs: WeakMap<RequestLike, Proof>
}

/** What to tell Passport, and what is left to do then. */
export interface Settled {
  readonly action: Action
  readonly afterwards?: Step['afterwards']
}

/** The two requests: method → cross-site → step → ask for a code, or check one and log in. */
export async function route(
  core: Core,
  req: Request,
  options: EmailOtpAuthenticateOptions,
): Promise<Settled> {
  const { settings } = core
  if (req.method !== 'POST') {
    setHeader(req, 'Allow', 'POST')
    return failed(refuse(settings, req, 'method_not_allowed'))
  }
  if (isForeign(settings, req)) return failed(refuse(settings, req, 'cross_site'))
  const { step, codeSentRedirect, ...use } = readAuthenticateOptions(options, settings)
  const typed = readBody(req, settings)
  if (step === 'verify' || (step === undefined && typed.code !== undefined)) {
    return logIn(settings, req, await check(core, req, typed.code, use), use)
  }
  // Anywhere else a password login in an array of strategies would send mail to the pending address.
  const again = step === 'request' ? settings.place.read(req) : undefined
  const { purpose } = use
  const asked = await ask(settings, req, { typed: typed.email, again, purpose })
  if (asked.info.reason !== 'code_sent' || codeSentRedirect === undefined) return failed(asked)
  return { action: { call: 'redirect', url: codeSentRedirect }, afterwards: asked.afterwards }
}

/**
 * Whether a page of another site sent this. With tokens there is nothing to forge, because what a browser
 * sends by itself, its cookies, isn't read; unless the application finds the user by one.
 */
export function isForeign(settings: Settings, req: RequestLike): boolean {
  const readsCookies = settings.challenge === 'session' || settings.emailFromRequest !== undefined
  return readsCookies && isCrossSite(req, settings)
}

export async function ask(settings: Settings, req: RequestLike, question: Question): Promise<Step> {
  const asked = answer(settings, req, await requestCode(settings, req, question))
  if (asked.info.reason === 'rate_limited') {
    setHeader(req, 'Retry-After', String(asked.info.retryAfterSeconds))
  }
  return asked
}

export async function check(
  { settings, proofs }: Core,
  req: RequestLike,
  code: unknown,
  use: VerifyUse,
): Promise<Verification> {
  const verification = await verifyCode(settings, req, code, use)
  if (verification.proof) proofs.set(req, verification.proof)
  return answer(settings, req, verification)
}

/** The address is proven: asks the application who that is. */
async function logIn(
  settings: Settings,
  req: Request,
  verification: Verification,
  { signsIn }: VerifyUse,
): Promise<Settled> {
  const { proof, info } = verification
  if (!proof) return failed(verification)
  const { user, info: theirs } = await callVerify(settings, req, proof.subject ?? proof.email)
  if (!user) {
    const { info: refusal } = refuse(settings, req, 'not_allowed', proof.email)
    return failed({ info: merged(refusal, theirs) })
  }
  welcome(settings, req, proof, signsIn)
  return { action: { call: 'success', user, info: merged(info, theirs) } }
}

/** What a right code leaves behind: a known device and, beside the user who is signed in, a fresh proof. */
export function welcome(
  settings: Settings,
  req: RequestLike,
  proof: Proof,
  signsIn: boolean,
): void {
  rememberDevice(settings, req, addressKeyOf(settings, proof.email))
  // A login renews the session, and no proof outlives that. With tokens no session is written.
  if (!signsIn && settings.challenge === 'session') keepProof(settings, req, proof)
}

/** What the application's verify function adds; what happened and what comes next stay ours. */
function merged<Info extends EmailOtpInfo>(ours: Info, theirs: object): Info {
  return { ...ours, ...theirs, reason: ours.reason, next: ours.next }
}

export function refuse(
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
