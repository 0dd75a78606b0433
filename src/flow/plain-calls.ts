import type { EmailOtpInfo } from '../info.js'
import { checkPurpose } from '../options/purposes.js'
import type { Settings } from '../options/settings.js'
import type { EmailOtpAuthenticateOptions } from '../passport/types.js'
import { requireOwn } from '../util/option-reader.js'
import { own } from '../util/own.js'
import { runAfterResponse } from './after-response.js'
import type { Exchange } from './exchange.js'
import { keepsProofs } from './fresh-proof.js'
import { isSignedInBySession } from './renew-session.js'
import { isRejectedAsCrossSite, recordProof, rejectStep, requestStep, verifyStep } from './steps.js'

// The two steps without a route, for other frameworks and for applications that prefer plain calls.

/** The purpose that a call names: one of the strategy's `purposes`. Default `'login'`. */
export type CallOptions = Pick<EmailOtpAuthenticateOptions, 'purpose'>

/** What a call that checks a code takes beside the code. */
export interface VerifyCallOptions extends CallOptions {
  /**
   * `pending.id` as the page that the code was typed on sent it back. If another code has been requested since, the
   * result is `earlier_request` and nothing is counted. Without it, the code is checked against what is pending.
   */
  readonly pendingId?: string | undefined
}

export function requestCodePlainly(
  exchange: Exchange,
  email: string | undefined,
  options: CallOptions,
): Promise<EmailOtpInfo> {
  return exchange.background.track(requestCall(exchange, email, options))
}

export function verifyCodePlainly(
  exchange: Exchange,
  code: string | undefined,
  options: VerifyCallOptions,
): Promise<EmailOtpInfo> {
  return exchange.background.track(verifyCall(exchange, code, options))
}

async function requestCall(
  exchange: Exchange,
  email: string | undefined,
  options: CallOptions,
): Promise<EmailOtpInfo> {
  const { settings, storage, req } = exchange
  const purpose = readPurpose(settings, options)
  if (isRejectedAsCrossSite(exchange)) return rejectStep(exchange, 'cross_site').info
  const { info, afterAnswer } = await requestStep(exchange, {
    typedEmail: email,
    resendOf: storage.read(req),
    purpose,
    leavesProof: keepsProofs(settings) && isSignedInBySession(req),
  })
  if (afterAnswer) runAfterResponse(exchange, afterAnswer)
  return info
}

async function verifyCall(
  exchange: Exchange,
  code: string | undefined,
  options: VerifyCallOptions,
): Promise<EmailOtpInfo> {
  const purpose = readPurpose(exchange.settings, options)
  requireOwn('options', options, ['pendingId'])
  if (isRejectedAsCrossSite(exchange)) return rejectStep(exchange, 'cross_site').info
  const typed = { code, pendingId: own(options, 'pendingId') }
  const verification = await verifyStep(exchange, typed, { purpose, signsIn: false })
  if (verification.isAccepted) recordProof(exchange, verification.proof, false)
  return verification.info
}

/** @throws TypeError for a purpose that the strategy does not declare */
export function readPurpose({ purposes }: Settings, options: CallOptions): string {
  requireOwn('options', options, ['purpose'])
  return checkPurpose(purposes, own(options, 'purpose'))
}
