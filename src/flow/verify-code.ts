import { isSameCode } from '../challenge/code.js'
import { parseEmail } from '../challenge/email.js'
import { hashChallenge } from '../challenge/keys.js'
import { FAILURES_WINDOW_MS, failuresBelow } from '../challenge/ladder.js'
import { isMissingCode, parseCode } from '../challenge/parse-code.js'
import type { VerifiedEvent } from '../events.js'
import type { Typed } from '../http/body.js'
import {
  type AcceptedInfo,
  accepted,
  infoFor,
  invalidCode,
  malformedCode,
  type PendingEnded,
  type Untold,
} from '../info.js'
import type { Proof, SubjectId } from '../passport/types.js'
import { codeOf, type PendingState } from '../pending/state.js'
import type { AttemptResult } from '../stores/store.js'
import { addressHashOf } from './address-hash.js'
import { isAllowed } from './allow-email.js'
import { attemptInStore } from './call-store.js'
import { emitEvent } from './emit-event.js'
import type { Exchange } from './exchange.js'
import { browserOf } from './known-browser.js'
import { publicIdFor } from './public-id.js'
import { isSameRecipient, recipientOf } from './recipient.js'
import { type Result, resultOf } from './result.js'
import { isStillPending } from './still-pending.js'

type RejectedInfo = Exclude<Untold, { readonly reason: 'accepted' }>

/** The result of a verification. */
export type Verification =
  | (Result<RejectedInfo> & { readonly isAccepted: false })
  | (Result<Untold<AcceptedInfo>> & { readonly isAccepted: true; readonly proof: Proof<SubjectId> })

/** A code as it was typed, and the page that it was typed on. */
export interface TypedCode extends Pick<Typed, 'code' | 'pendingId'> {
  /** The address that the code must have been sent to, if the caller names one. */
  readonly expectedEmail?: unknown
}

/** What the route of a verification requires. */
export interface VerifyUse {
  readonly purpose: string
  /** Whether Passport will have to renew the session. */
  readonly signsIn: boolean
}

/**
 * The second request: pending → the page's id → parse → derive, compare → attempt → forget. The caller logs the user in.
 *
 * Until the store has answered, nothing depends on whether the code was right. While a store fails, guesses
 * are not counted, so a difference in time would let an attacker search for the code.
 */
export async function verifyCode(
  exchange: Exchange,
  typed: TypedCode,
  { purpose, signsIn }: VerifyUse,
): Promise<Verification> {
  const { settings, storage, req } = exchange
  if (isMissingCode(typed.code)) return rejected(infoFor('missing_code'))
  if (signsIn) storage.requireRenewable(req)
  else storage.require(req)
  const state = storage.read(req)
  if (state?.purpose !== purpose || !(await isSameRecipient(exchange, state))) {
    return rejected(infoFor('no_pending_code'))
  }
  const { email } = state
  if (Object.hasOwn(typed, 'expectedEmail') && parseEmail(typed.expectedEmail) !== email) {
    return rejected(infoFor('no_pending_code'))
  }
  if (!isSamePage(exchange, state, typed.pendingId)) {
    return rejected(infoFor('earlier_request'), { email })
  }
  const code = parseCode(typed.code, state.digits)
  if (code === undefined) return rejected(malformedCode(state.digits), { email })

  const addressHash = addressHashOf(exchange, email)
  const rightCode = codeOf(settings, state)
  const result = await attemptInStore(exchange, {
    address: addressHash,
    challenge: hashChallenge(state.id),
    matched: isSameCode(code, rightCode),
    failuresBelow: failuresBelow(state.digits),
    failuresWindowMs: FAILURES_WINDOW_MS,
    // All three budgets have the same limits.
    budget: { ...settings.budgets.stranger, key: state.budget },
  })
  if (result.outcome !== 'accepted') return rejectAttempt(exchange, state, result)

  if (isStillPending(exchange, state)) storage.forget(req)
  // Asked after the store has accepted the code: an attacker who cannot receive mail at an address that may not sign in
  // can still guess its code.
  if (!(await isAllowed(exchange, email, rightCode)))
    return rejected(infoFor('not_allowed'), { email })
  const { remembered } = state
  const seen = { browser: browserOf(exchange, addressHash), failures: result.failures }
  emitVerified(exchange, state, { addressHash, ...seen })
  const proof = { ...recipientOf(state), purpose, remembered, ...seen }
  return { ...resultOf(accepted(email, remembered)), isAccepted: true, proof }
}

/**
 * Whether the code was typed on a page that shows the pending challenge. A page that does not say which one it shows
 * is believed.
 */
function isSamePage(exchange: Exchange, state: PendingState, pendingId: unknown): boolean {
  const isGiven = pendingId !== undefined && pendingId !== null && pendingId !== ''
  return !isGiven || pendingId === publicIdFor(exchange, state)
}

function rejected(info: RejectedInfo, details: Partial<Omit<Result, 'info'>> = {}): Verification {
  return { ...resultOf(info, details), isAccepted: false }
}

function rejectAttempt(
  exchange: Exchange,
  state: PendingState,
  result: Exclude<AttemptResult, { outcome: 'accepted' }>,
): Verification {
  const { email } = state
  if (result.outcome === 'wrong') {
    const { attemptsLeft, failures } = result
    if (attemptsLeft === 0) markEnded(exchange, state, 'spent')
    return rejected(invalidCode(attemptsLeft), { email, failures })
  }
  if (result.outcome === 'spent') {
    markEnded(exchange, state, 'spent')
    return rejected(infoFor('too_many_attempts'), { email })
  }
  if (result.outcome === 'stale') {
    markEnded(exchange, state, 'too_short')
    return rejected(infoFor('expired_code'), { email })
  }
  // The store has decided; this process's clock only chooses the word for it.
  const isExpired = Date.now() >= state.expiresAt
  markEnded(exchange, state, state.ended ?? (isExpired ? 'expired' : 'gone'))
  return rejected(infoFor(isExpired ? 'expired_code' : 'no_pending_code'), { email })
}

/** Keeps the state, so that the page still knows the address and can offer a new code. */
function markEnded(exchange: Exchange, state: PendingState, ended: PendingEnded): void {
  if (isStillPending(exchange, state)) exchange.storage.write(exchange.req, { ...state, ended })
}

function emitVerified(
  exchange: Exchange,
  state: PendingState,
  seen: Pick<VerifiedEvent, 'addressHash' | 'browser' | 'failures'>,
): void {
  emitEvent(exchange, {
    type: 'verified',
    ...seen,
    purpose: state.purpose,
    secondsSinceSent: Math.max(0, Math.round((Date.now() - state.sentAt) / 1000)),
  })
}
