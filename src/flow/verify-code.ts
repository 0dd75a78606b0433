import { isSameCode } from '../challenge/code.js'
import { hashChallenge } from '../challenge/keys.js'
import { FAILURES_WINDOW_MS, failuresBelow } from '../challenge/ladder.js'
import { parseCode } from '../challenge/parse-code.js'
import {
  type AcceptedInfo,
  accepted,
  type EmailOtpInfo,
  infoFor,
  invalidCode,
  malformedCode,
  type PendingEnded,
} from '../info.js'
import type { Proof, SubjectId } from '../passport/types.js'
import { codeOf, type PendingState } from '../pending/state.js'
import type { AttemptResult } from '../stores/store.js'
import { addressHashOf } from './address-hash.js'
import { attemptInStore } from './call-store.js'
import { emitEvent } from './emit-event.js'
import type { Exchange } from './exchange.js'
import { isSameRecipient, recipientOf } from './recipient.js'
import type { Result } from './result.js'

type RejectedInfo = Exclude<EmailOtpInfo, AcceptedInfo>

/** The result of a verification: rejected, or accepted with its proof. */
export type Verification =
  | (Result<RejectedInfo> & { readonly proof?: undefined })
  | (Result<AcceptedInfo> & { readonly proof: Proof<SubjectId> })

/** What the route of a verification requires. */
export interface VerifyUse {
  readonly purpose: string
  /** Whether Passport will have to renew the session. */
  readonly signsIn: boolean
}

/** The second request: read → derive, compare → attempt → forget. The caller logs the user in. */
export async function verifyCode(
  exchange: Exchange,
  typedCode: unknown,
  { purpose, signsIn }: VerifyUse,
): Promise<Verification> {
  const { settings, storage, req } = exchange
  const state = storage.read(req)
  const { code, reason } = parseCode(typedCode)
  if (reason === 'missing_code') return { info: infoFor(reason) }
  if (code === undefined) return { info: malformedCode(state?.digits ?? settings.digits) }
  if (signsIn) storage.requireRenewable(req)
  else storage.require(req)
  if (state?.purpose !== purpose || !(await isSameRecipient(exchange, state))) {
    return { info: infoFor('no_pending_code') }
  }
  const { email } = state
  if (code.length !== state.digits) return { email, info: malformedCode(state.digits) }

  const matched = isSameCode(code, codeOf(settings, state)) && (await isAllowed(exchange, email))
  const addressHash = addressHashOf(settings, email)
  const result = await attemptInStore(exchange, {
    address: addressHash,
    challenge: hashChallenge(state.id),
    matched,
    failuresBelow: failuresBelow(state.digits),
    failuresWindowMs: FAILURES_WINDOW_MS,
    // All three budgets have the same limits.
    budget: { ...settings.budgets.stranger, key: state.budget },
  })
  if (result.outcome !== 'accepted') return reject(exchange, state, result)

  storage.forget(req)
  emitVerified(exchange, state, addressHash)
  const { remembered } = state
  const proof = { ...recipientOf(state), purpose, remembered }
  return { email, info: accepted(email, remembered), proof }
}

/**
 * Asked again once a code matches. An attacker who can read a mail that was never sent would have to guess,
 * and a right guess at an address that may not sign in must look like any other wrong one.
 */
async function isAllowed({ settings, req }: Exchange, email: string): Promise<boolean> {
  if (!settings.allowEmail) return true
  return Boolean(await settings.allowEmail(email, req))
}

function reject(
  exchange: Exchange,
  state: PendingState,
  result: Exclude<AttemptResult, { outcome: 'accepted' }>,
): Result<RejectedInfo> {
  const { email } = state
  if (result.outcome === 'wrong') {
    const { attemptsLeft, failures } = result
    if (attemptsLeft === 0) markEnded(exchange, state, 'spent')
    return { email, failures, info: invalidCode(attemptsLeft) }
  }
  if (result.outcome === 'spent') {
    markEnded(exchange, state, 'spent')
    return { email, info: infoFor('too_many_attempts') }
  }
  if (result.outcome === 'stale') {
    markEnded(exchange, state, 'too_short')
    return { email, info: infoFor('expired_code') }
  }
  // The store has decided; this process's clock only chooses the word for it.
  const isExpired = Date.now() >= state.expiresAt
  markEnded(exchange, state, state.ended ?? (isExpired ? 'expired' : 'gone'))
  return { email, info: infoFor(isExpired ? 'expired_code' : 'no_pending_code') }
}

/** Keeps the state, so that the page still knows the address and can offer a new code. */
function markEnded({ storage, req }: Exchange, state: PendingState, ended: PendingEnded): void {
  storage.write(req, { ...state, ended })
}

function emitVerified(exchange: Exchange, state: PendingState, addressHash: string): void {
  emitEvent(exchange, {
    type: 'verified',
    addressHash,
    purpose: state.purpose,
    secondsSinceSent: Math.max(0, Math.round((Date.now() - state.sentAt) / 1000)),
  })
}
