import { isCrossSite } from '../http/origin.js'
import { setHeader } from '../http/response.js'
import { infoFor } from '../info.js'
import type { Proof, SubjectId } from '../passport/types.js'
import { addressHashOf } from './address-hash.js'
import type { Exchange } from './exchange.js'
import { keepProof, keepsProofs } from './fresh-proof.js'
import { setKnownBrowserCookie } from './known-browser.js'
import { forgetOutcome } from './outcome.js'
import { renewSessionAtLogIn } from './renew-session.js'
import { type CodeRequestInput, requestCode } from './request-code.js'
import { type Complete, completeResult, type Result, resultOf } from './result.js'
import { type TypedCode, type Verification, type VerifyUse, verifyCode } from './verify-code.js'

// The two steps as a route and the plain calls share them, each with its event, its pending state and its
// headers.

/**
 * Whether a page of another site sent this request. With tokens there is nothing to forge, because cookies,
 * which a browser sends by itself, are not read; unless the application finds the user by one.
 */
export function isRejectedAsCrossSite({ settings, req }: Exchange): boolean {
  const readsCookies = settings.pendingIn === 'session' || settings.emailFromRequest !== undefined
  return readsCookies && isCrossSite(req, settings)
}

export async function requestStep(
  exchange: Exchange,
  input: CodeRequestInput,
): Promise<Complete<Result>> {
  const result = completeResult(exchange, await requestCode(exchange, input))
  if (result.info.reason === 'rate_limited') {
    setHeader(exchange.req, 'Retry-After', String(result.info.retryAfterSeconds))
  }
  return result
}

export async function verifyStep(
  exchange: Exchange,
  typed: TypedCode,
  use: VerifyUse,
): Promise<Complete<Verification>> {
  const verification = await verifyCode(exchange, typed, use)
  if (verification.isAccepted) {
    forgetOutcome(exchange)
    exchange.proofs.set(exchange.req, verification.proof)
    renewSessionAtLogIn(exchange.req)
  }
  return completeResult(exchange, verification)
}

/** Stores what a right code leaves behind: a known browser and, for the user who is signed in, a fresh proof. */
export function recordProof(exchange: Exchange, proof: Proof<SubjectId>, signsIn: boolean): void {
  const { settings } = exchange
  setKnownBrowserCookie(exchange, addressHashOf(exchange, proof.email))
  // A login renews the session, and no proof outlives that.
  if (!signsIn && keepsProofs(settings)) keepProof(exchange, proof)
}

export function rejectStep(
  exchange: Exchange,
  reason: 'cross_site' | 'method_not_allowed' | 'not_allowed',
  email?: string,
): Complete<Result> {
  return completeResult(exchange, resultOf(infoFor(reason), { email }))
}
