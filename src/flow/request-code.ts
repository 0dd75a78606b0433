import { hashChallenge } from '../challenge/keys.js'
import { type DeliveryError, EmailOtpError } from '../errors.js'
import { codeSent, codeSentUnconfirmed, rateLimited } from '../info.js'
import { codeOf, type PendingState } from '../pending/state.js'
import { secondsUntil } from '../pending/view.js'
import type { CancelRequest } from '../stores/store.js'
import { wholeSeconds } from '../util/durations.js'
import { redactError } from '../util/redact.js'
import { addressHashOf } from './address-hash.js'
import { cancelInStore } from './call-store.js'
import { chooseBudget } from './choose-budget.js'
import { emitEvent } from './emit-event.js'
import type { Exchange } from './exchange.js'
import { type CodeRequest, type OpenedChallenge, openChallenge } from './open-challenge.js'
import { findRecipient, isOwnState } from './recipient.js'
import { readRemembered } from './remember.js'
import { requireRenewalAtLogOut } from './renew-session.js'
import { type Result, resultOf } from './result.js'
import { sendCode, sendIfAllowed } from './send-code.js'
import { isStillPending } from './still-pending.js'
import { challengeIdFor } from './visit.js'

/** What a request for a code says. */
export interface CodeRequestInput {
  /** The address as the user typed it, if any. */
  readonly typedEmail: unknown
  /** The pending state that a "send again" without an address means. */
  readonly resendOf: PendingState | undefined
  readonly purpose: string
  /** Whether a right code will leave a fresh proof in the session, instead of signing in. */
  readonly leavesProof: boolean
}

/** The first request: recipient → open → save → send → answer. */
export async function requestCode(
  exchange: Exchange,
  { typedEmail, resendOf, purpose, leavesProof }: CodeRequestInput,
): Promise<Result> {
  const { settings, storage, req } = exchange
  const again = resendOf && isOwnState(exchange, resendOf) ? resendOf : undefined
  const found = await findRecipient(
    exchange,
    typedEmail ?? again?.email,
    again?.purpose === purpose ? again : undefined,
  )
  if (!found.isFound) return found.result
  const { recipient } = found
  const { email } = recipient
  storage.require(req)
  if (leavesProof) requireRenewalAtLogOut(req)
  const addressHash = addressHashOf(exchange, email)
  const former = storage.read(req)
  const request: CodeRequest = {
    ...recipient,
    purpose,
    addressHash,
    budget: await chooseBudget(exchange, addressHash),
    remembered: await readRemembered(exchange),
    id: challengeIdFor(exchange, recipient, purpose, former),
    former,
  }

  const opened = await openChallenge(exchange, request)
  if (opened.outcome === 'limited') {
    return resultOf(rateLimited(wholeSeconds(opened.retryAfterMs)), { email })
  }
  if (opened.outcome === 'waiting') {
    return resultOf(codeSent(wholeSeconds(opened.retryAfterMs)))
  }
  const { state } = opened
  await saveBeforeMail(exchange, request, state)
  const resend = opened.outcome === 'reopened'
  emitEvent(exchange, { type: 'issued', addressHash, purpose, digits: state.digits, resend })

  if (settings.allowEmail) {
    const afterAnswer = () => sendIfAllowed(exchange, state, addressHash)
    return resultOf(codeSent(secondsUntil(state.resendAt, settings.spacingMs)), { afterAnswer })
  }
  const delivery = await sendCode(exchange, state)
  if (delivery.outcome === 'not_sent') {
    await takeBack(exchange, request, opened, delivery.error)
    throw delivery.error
  }
  const retryAfterSeconds = secondsUntil(state.resendAt, settings.spacingMs)
  if (delivery.outcome === 'accepted') return resultOf(codeSent(retryAfterSeconds))
  // The send may continue after the answer.
  return resultOf(codeSentUnconfirmed(retryAfterSeconds), { afterAnswer: delivery.rest })
}

/** Saved before the mail: an impatient second submit would open a second challenge and make the first code useless. */
async function saveBeforeMail(
  exchange: Exchange,
  request: CodeRequest,
  state: PendingState,
): Promise<void> {
  const { settings, storage, req } = exchange
  storage.write(req, state)
  try {
    await storage.save(req)
  } catch (err) {
    if (isStillPending(exchange, state)) putBack(exchange, request.former)
    await cancel(exchange, request, state, 'whole')
    const { id, email } = state
    const cause = redactError(err, { id, email, code: codeOf(settings, state) })
    throw new EmailOtpError('session_failed', 'The session could not be saved', { cause })
  }
}

function putBack({ storage, req }: Exchange, former: PendingState | undefined): void {
  if (former) storage.write(req, former)
  else storage.forget(req)
}

/** Takes back a challenge whose mail was not sent, and refunds its send. */
async function takeBack(
  exchange: Exchange,
  request: CodeRequest,
  { state, ifNotSent }: OpenedChallenge,
  { reached }: DeliveryError,
): Promise<void> {
  // After a reduced refund the store keeps the spacing of the mail that was refused.
  const resendAt = reached ? state.resendAt : Date.now()
  const isOther = ifNotSent.id !== state.id
  const kept = isOther ? ifNotSent : { ...ifNotSent, resendAt }
  if (isStillPending(exchange, state)) exchange.storage.write(exchange.req, kept)
  await cancel(exchange, request, state, reached ? 'reduced' : 'whole')
}

function cancel(
  exchange: Exchange,
  { addressHash, budget }: CodeRequest,
  { id }: PendingState,
  refund: CancelRequest['refund'],
): Promise<void> {
  return cancelInStore(exchange, {
    address: addressHash,
    challenge: hashChallenge(id),
    budget,
    refund,
  })
}
