import { readBody } from '../http/body.js'
import type { EmailOtpInfo, Pending } from '../info.js'
import { checkPurpose } from '../options/purposes.js'
import type { Settings } from '../options/settings.js'
import type { EmailOtpAuthenticateOptions, RequestLike } from '../passport/types.js'
import { checkNames, requireObject, requireOwn } from '../util/option-reader.js'
import { own } from '../util/own.js'
import { setUpError } from '../util/set-up-error.js'
import { runAfterResponse } from './after-response.js'
import { isStep, STEPS, stepOf } from './authenticate-options.js'
import type { Core, Exchange } from './exchange.js'
import { keepsProofs } from './fresh-proof.js'
import { isSignedInBySession } from './renew-session.js'
import { pendingOf } from './result.js'
import { startExchange } from './start-exchange.js'
import { isRejectedAsCrossSite, recordProof, rejectStep, requestStep, verifyStep } from './steps.js'
import { trustBrowser } from './trusted-browser.js'
import type { TypedCode } from './verify-code.js'

// The two steps without a route, for other frameworks and for applications that prefer plain calls.

const HELP = 'docs/guides/plain-calls.md'

/** The step that the route of a request pins. */
export type StepOptions = Pick<EmailOtpAuthenticateOptions, 'step'>

/** The purpose that a call names: one of the strategy's `purposes`. Default `'login'`. */
export type CallOptions = Pick<EmailOtpAuthenticateOptions, 'purpose'>

/** What a call that checks a code takes beside the code. */
export interface VerifyCallOptions extends CallOptions {
  /**
   * `pending.id` as the page that the code was typed on sent it back. If another code has been requested since, the
   * result is `earlier_request` and nothing is counted. Without it, the code is checked against what is pending.
   */
  readonly pendingId?: string | undefined
  /**
   * The address that the code must have been sent to, for a form that posts address and code in one request. If it
   * is another one, the result is `no_pending_code`: nothing is counted, and the code stays valid. Also
   * `email: undefined` counts as given, so that a missing field of a form accepts no code.
   */
  readonly email?: unknown
  /**
   * Whether the user ticked that this browser is to be trusted (`trustedBrowsers`), as the body had it: `true` and
   * `'on'` count. A right code that is a second factor then sets the cookie, where the host sets a response on the
   * request. Only a route skips a code, so this call is for applications that have a route for the password.
   */
  readonly trustBrowser?: unknown
}

export function requestCodePlainly(
  core: Core,
  req: RequestLike,
  email: string | undefined,
  options: CallOptions,
): Promise<EmailOtpInfo> {
  return core.background.track(requestCall(core, req, email, options))
}

export function verifyCodePlainly(
  core: Core,
  req: RequestLike,
  code: string | undefined,
  options: VerifyCallOptions,
): Promise<EmailOtpInfo> {
  return core.background.track(verifyCall(core, req, code, options))
}

/** A socket has one `req` for all its calls: what one call has derived must not pile up, nor outlive it. */
function startCall(core: Core, req: RequestLike): Exchange {
  core.derived.delete(req)
  return startExchange(core, req)
}

async function requestCall(
  core: Core,
  req: RequestLike,
  email: string | undefined,
  options: CallOptions,
): Promise<EmailOtpInfo> {
  const exchange = startCall(core, req)
  const { settings, storage } = exchange
  const purpose = readPurpose('requestCode', settings, options)
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
  core: Core,
  req: RequestLike,
  code: string | undefined,
  options: VerifyCallOptions,
): Promise<EmailOtpInfo> {
  const exchange = startCall(core, req)
  checkNames('verifyCode', options, ['purpose', 'pendingId', 'email', 'trustBrowser'], HELP)
  const purpose = checkPurpose(exchange.settings.purposes, own(options, 'purpose'))
  const expected = expectedEmail(exchange.settings, options)
  if (isRejectedAsCrossSite(exchange)) return rejectStep(exchange, 'cross_site').info
  const typed = { code, pendingId: own(options, 'pendingId'), ...expected }
  const verification = await verifyStep(exchange, typed, { purpose, signsIn: false })
  if (verification.isAccepted) {
    recordProof(exchange, verification.proof, false)
    await trustBrowser(exchange, verification.proof, own(options, 'trustBrowser'))
  }
  return verification.info
}

/**
 * The address that a call expects, if it expects one.
 * @throws TypeError for a code that belongs to a user: the answers would tell the masked address to anyone who guesses it
 */
function expectedEmail(
  { subjectFromRequest }: Settings,
  options: VerifyCallOptions,
): Pick<TypedCode, 'expectedEmail'> {
  if (!Object.hasOwn(options, 'email')) return {}
  if (!subjectFromRequest) return { expectedEmail: own(options, 'email') }
  throw setUpError(
    'verifyCode: option "email" must be left out with subjectFromRequest: the code belongs to a user, not to an address',
    HELP,
  )
}

/** @throws TypeError for an unknown option, and for a purpose that the strategy does not declare */
export function readPurpose(owner: string, { purposes }: Settings, options: CallOptions): string {
  checkNames(owner, options, ['purpose'], HELP)
  return checkPurpose(purposes, own(options, 'purpose'))
}

/** With a purpose, only what is pending for that purpose. @throws TypeError for a purpose that is not declared */
export function pendingPlainly(
  exchange: Omit<Exchange, 'catalogue'>,
  options: CallOptions,
): Pending | undefined {
  const purpose = readPurpose('pending', exchange.settings, options)
  return pendingOf(exchange, own(options, 'purpose') === undefined ? undefined : purpose)
}

/** @throws TypeError for a step that there is not; EmailOtpError `body_required` */
export function stepPlainly(
  settings: Settings,
  req: RequestLike,
  options: StepOptions,
): 'request' | 'verify' {
  // All options of a route may be passed, so Passport's own are not unknown here.
  requireObject('stepOf', options, HELP)
  requireOwn('stepOf', options, ['step'], HELP)
  const step = own(options, 'step')
  if (!isStep(step)) throw setUpError(`stepOf: "step" must be ${STEPS}`, HELP)
  return stepOf(readBody(req, settings), step)
}
