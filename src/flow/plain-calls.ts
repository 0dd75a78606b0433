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
  options: CallOptions,
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
  options: CallOptions,
): Promise<EmailOtpInfo> {
  const purpose = readPurpose(exchange.settings, options)
  if (isRejectedAsCrossSite(exchange)) return rejectStep(exchange, 'cross_site').info
  const verification = await verifyStep(exchange, code, { purpose, signsIn: false })
  if (verification.isAccepted) recordProof(exchange, verification.proof, false)
  return verification.info
}

/** @throws TypeError for a purpose that the strategy does not declare */
export function readPurpose({ purposes }: Settings, options: CallOptions): string {
  requireOwn('options', options, ['purpose'])
  return checkPurpose(purposes, own(options, 'purpose'))
}
