import { runAfterAnswer } from '../http/response.js'
import type { EmailOtpInfo } from '../info.js'
import { checkPurpose } from '../options/purposes.js'
import type { EmailOtpAuthenticateOptions } from '../passport/types.js'
import { own } from '../util/own.js'
import type { Exchange } from './exchange.js'
import { isSignedInBySession } from './renew-session.js'
import { isRejectedAsCrossSite, recordProof, rejectStep, requestStep, verifyStep } from './steps.js'

// The two steps without a route, for other frameworks and for applications that prefer plain calls.

/** The purpose that a call names: one of the strategy's `purposes`. Default `'login'`. */
export type CallOptions = Pick<EmailOtpAuthenticateOptions, 'purpose'>

export async function requestCodePlainly(
  exchange: Exchange,
  email: string | undefined,
  options: CallOptions,
): Promise<EmailOtpInfo> {
  const { settings, storage, req } = exchange
  const purpose = checkPurpose(settings.purposes, own(options, 'purpose'))
  if (isRejectedAsCrossSite(exchange)) return rejectStep(exchange, 'cross_site').info
  const { info, afterAnswer } = await requestStep(exchange, {
    typedEmail: email,
    resendOf: storage.read(req),
    purpose,
    leavesProof: settings.subjectFromRequest !== undefined && isSignedInBySession(req),
  })
  if (afterAnswer) runAfterAnswer(req, afterAnswer)
  return info
}

export async function verifyCodePlainly(
  exchange: Exchange,
  code: string | undefined,
  options: CallOptions,
): Promise<EmailOtpInfo> {
  const purpose = checkPurpose(exchange.settings.purposes, own(options, 'purpose'))
  if (isRejectedAsCrossSite(exchange)) return rejectStep(exchange, 'cross_site').info
  const verification = await verifyStep(exchange, code, { purpose, signsIn: false })
  if (verification.isAccepted) recordProof(exchange, verification.proof, false)
  return verification.info
}
