import { readBody } from '../http/body.js'
import { setHeader } from '../http/response.js'
import { type EmailOtpInfo, infoFor } from '../info.js'
import type { EmailOtpAuthenticateOptions, RequestLike } from '../passport/types.js'
import { member, own } from '../util/own.js'
import {
  failureRedirectOf,
  type RouteOptions,
  readAuthenticateOptions,
  stepOf,
} from './authenticate-options.js'
import { callVerify } from './call-verify.js'
import { emitEvent } from './emit-event.js'
import type { Core, Exchange } from './exchange.js'
import { keepsProofs } from './fresh-proof.js'
import { forgetOutcome, keepOutcome } from './outcome.js'
import { renewSessionAtLogIn } from './renew-session.js'
import { type Complete, completeResult, type Result, resultOf } from './result.js'
import { startExchange } from './start-exchange.js'
import { isRejectedAsCrossSite, recordProof, rejectStep, requestStep, verifyStep } from './steps.js'
import { findTrustedUser, type TrustedUser, trustBrowser } from './trusted-browser.js'
import type { Verification, VerifyUse } from './verify-code.js'

/** The call to Passport that ends a request, decided before anything is called. */
export type Action =
  | { readonly call: 'success'; readonly user: Express.User; readonly info: EmailOtpInfo }
  | { readonly call: 'fail'; readonly info: EmailOtpInfo }
  | { readonly call: 'redirect'; readonly url: string; readonly info: EmailOtpInfo }

/** The call to Passport, and the work that starts after it. */
export interface Outcome {
  readonly action: Action
  readonly afterAnswer: Result['afterAnswer']
}

/** The two requests: method → cross-site → step → request a code or skip it, or check one and log in. */
export async function authenticate(
  core: Core,
  req: RequestLike,
  options: EmailOtpAuthenticateOptions,
): Promise<Outcome> {
  const exchange = startExchange(core, req)
  const { settings } = exchange
  if (member(req, 'method') !== 'POST') {
    setHeader(req, 'Allow', 'POST')
    return failed(rejectStep(exchange, 'method_not_allowed'))
  }
  if (isRejectedAsCrossSite(exchange)) return rejectCrossSite(exchange, options)
  const route = readAuthenticateOptions(options, settings)
  if (!route.redirects) return takeStep(exchange, route)
  try {
    const outcome = await takeStep(exchange, route)
    if (outcome.action.call !== 'success') keepOutcome(exchange, outcome.action.info)
    return outcome
  } catch (err) {
    if (own(err, 'code') === 'delivery_failed') keepOutcome(exchange, infoFor('not_sent'))
    throw err
  }
}

/**
 * The request of another site comes without the visitor's cookie. Passport's `failureMessage` and `failureFlash`
 * would write a session for it, which would replace the visitor's own and sign the visitor out.
 */
function rejectCrossSite(exchange: Exchange, options: EmailOtpAuthenticateOptions): Outcome {
  const rejection = rejectStep(exchange, 'cross_site')
  const url = failureRedirectOf(options)
  if (url === undefined) return failed(rejection)
  return { ...rejection, action: { call: 'redirect', url, info: rejection.info } }
}

async function takeStep(
  exchange: Exchange,
  { step, codeSentRedirect, redirects: _, ...use }: RouteOptions,
): Promise<Outcome> {
  const { settings, storage, req } = exchange
  const typed = readBody(req, settings)
  if (stepOf(typed, step) === 'verify') {
    return logIn(exchange, await verifyStep(exchange, typed, use), {
      ...use,
      ticked: typed.trustBrowser,
    })
  }
  const trusted = await findTrustedUser(exchange, { ...use, step })
  if (trusted) return logInWithoutCode(exchange, trusted)
  // Without a pinned step, a password login in an array of strategies would send mail to the pending address.
  const resendOf = step === 'request' ? storage.read(req) : undefined
  const { purpose } = use
  const leavesProof = !use.signsIn && keepsProofs(settings)
  const result = await requestStep(exchange, {
    typedEmail: typed.email,
    resendOf,
    purpose,
    leavesProof,
  })
  if (result.info.reason !== 'code_sent' || codeSentRedirect === undefined) return failed(result)
  const { info, afterAnswer } = result
  return { action: { call: 'redirect', url: codeSentRedirect, info }, afterAnswer }
}

/** The address is proven: asks the application for its user. */
async function logIn(
  exchange: Exchange,
  verification: Complete<Verification>,
  { signsIn, ticked }: VerifyUse & { readonly ticked: unknown },
): Promise<Outcome> {
  if (!verification.isAccepted) return failed(verification)
  const { proof, info } = verification
  const { user, info: added } = await callVerify(exchange, proof.subject ?? proof.email)
  if (!user) {
    const rejection = rejectStep(exchange, 'not_allowed', proof.email)
    return failed({ ...rejection, info: merged(rejection.info, added) })
  }
  recordProof(exchange, proof, signsIn)
  if (signsIn) await trustBrowser(exchange, proof, ticked)
  return {
    action: { call: 'success', user, info: merged(info, added) },
    afterAnswer: undefined,
  }
}

/** The browser is trusted: the application is asked for its user as after a code. Nothing is proven, and no cookie is set. */
async function logInWithoutCode(
  exchange: Exchange,
  { subject, email, addressHash, secondsSinceTrusted }: TrustedUser,
): Promise<Outcome> {
  const { storage, req } = exchange
  storage.requireRenewable(req)
  renewSessionAtLogIn(req)
  emitEvent(exchange, { type: 'trusted_browser_used', addressHash, secondsSinceTrusted })
  const { user, info: added } = await callVerify(exchange, subject)
  if (!user) {
    const rejection = rejectStep(exchange, 'not_allowed', email)
    return failed({ ...rejection, info: merged(rejection.info, added) })
  }
  // What waited for a code must not live on beside the login, as it would with Passport's `keepSessionInfo`.
  storage.forget(req)
  forgetOutcome(exchange)
  const { info, afterAnswer } = completeResult(exchange, resultOf(infoFor('trusted_browser')))
  return { action: { call: 'success', user, info: merged(info, added) }, afterAnswer }
}

/** Adds what the application's verify function returned. `reason` and `next` stay ours. */
function merged<Info extends EmailOtpInfo>(ours: Info, added: object): Info {
  return { ...ours, ...added, reason: ours.reason, next: ours.next }
}

function failed({ info, afterAnswer }: Complete<Result>): Outcome {
  return { action: { call: 'fail', info }, afterAnswer }
}
