import { isSameCode } from '../challenge/code.js'
import { hashChallenge } from '../challenge/keys.js'
import { FAILURES_WINDOW_MS, failuresBelow } from '../challenge/ladder.js'
import { parseCode } from '../challenge/parse-code.js'
import {
  type AcceptedInfo,
  accepted,
  askAgain,
  codeField,
  type EmailOtpInfo,
  invalidCode,
} from '../info.js'
import type { Settings } from '../options/settings.js'
import type { Proof, Request, RequestLike } from '../passport/types.js'
import { codeOf, type PendingState } from '../pending/state.js'
import type { AttemptResult } from '../stores/store.js'
import { addressKeyOf } from './address-hash.js'
import { attemptChallenge } from './call-store.js'
import { report } from './emit-event.js'
import { isSameAddressee } from './recipient.js'
import type { Step } from './result.js'

/** A verification: refused, or accepted with its proof. */
export type Verification =
  | (Step<Exclude<EmailOtpInfo, AcceptedInfo>> & { readonly proof?: undefined })
  | (Step<AcceptedInfo> & { readonly proof: Proof })

/** What the route that a code comes to wants of it. */
export interface VerifyUse {
  readonly purpose: string
  /** Whether Passport will have to renew the session. */
  readonly signsIn: boolean
}

/** The second request: read → derive, compare → attempt → forget. Logging in is the caller's. */
export async function verifyCode(
  settings: Settings,
  req: RequestLike,
  typed: unknown,
  { purpose, signsIn }: VerifyUse,
): Promise<Verification> {
  const { place } = settings
  const { code, reason } = parseCode(typed)
  if (code === undefined) return { info: codeField(reason) }
  if (signsIn) place.requireRenewable(req)
  else place.require(req)
  const state = place.read(req)
  const isForUse = state?.purpose === purpose && (await isSameAddressee(settings, req, state))
  if (!isForUse) return { info: askAgain('no_pending_code') }
  const { email } = state
  if (code.length !== state.digits) return { email, info: codeField('malformed_code') }

  const matched =
    isSameCode(code, codeOf(settings, state)) && (await isAllowed(settings, req, email))
  const addressKey = addressKeyOf(settings, email)
  const result = await attemptChallenge(settings, req, {
    address: addressKey,
    challenge: hashChallenge(state.id),
    matched,
    failuresBelow: failuresBelow(state.digits),
    failuresWindowMs: FAILURES_WINDOW_MS,
    // Its limits are those of all three.
    budget: { ...settings.budgets.stranger, key: state.budget },
  })
  if (result.outcome !== 'accepted') return refuse(settings, req, state, result)

  place.forget(req)
  reportVerified(settings, req, state, addressKey)
  const { subject, remembered } = state
  const proof = { email, subject, purpose, remembered }
  return { email, info: accepted(email, remembered), proof }
}

/**
 * Asked again once a code matched: whoever could read a mail that was never sent would have to guess, and a
 * right guess at an address that may not sign in must look like any other wrong one.
 */
async function isAllowed(settings: Settings, req: RequestLike, email: string): Promise<boolean> {
  if (!settings.allowEmail) return true
  return Boolean(await settings.allowEmail(email, req as Request))
}

function refuse(
  settings: Settings,
  req: RequestLike,
  state: PendingState,
  result: Exclude<AttemptResult, { outcome: 'accepted' }>,
): Step<Exclude<EmailOtpInfo, AcceptedInfo>> {
  const { email } = state
  if (result.outcome === 'wrong' && result.attemptsLeft > 0) {
    return { email, failures: result.failures, info: invalidCode(result.attemptsLeft) }
  }
  // The page still knows the address, and offers a new code.
  settings.place.write(req, { ...state, ended: true })
  switch (result.outcome) {
    case 'wrong':
      return { email, failures: result.failures, info: invalidCode(0) }
    case 'spent':
      return { email, info: askAgain('too_many_attempts') }
    case 'stale':
      return { email, info: askAgain('expired_code') }
    case 'unknown':
      // The store has decided; this clock only picks the word for it.
      return {
        email,
        info: askAgain(Date.now() >= state.expiresAt ? 'expired_code' : 'no_pending_code'),
      }
  }
}

function reportVerified(
  settings: Settings,
  req: RequestLike,
  state: PendingState,
  addressKey: string,
): void {
  report(settings, req, {
    type: 'verified',
    addressKey,
    purpose: state.purpose,
    secondsSinceSent: Math.max(0, Math.round((Date.now() - state.sentAt) / 1000)),
  })
}
