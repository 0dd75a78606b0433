import { digitsFor } from '../challenge/ladder.js'
import type { Settings } from '../options/settings.js'
import type { PendingState } from '../pending/state.js'
import { storeSubject } from '../pending/subject.js'
import { addressHashOf } from './address-hash.js'
import { emitEvent } from './emit-event.js'
import type { Exchange } from './exchange.js'
import { type CodeRequest, openUnusedId } from './open-id.js'
import { isSameSubject, recipientOf } from './recipient.js'
import { endVisit } from './visit.js'

/** The store has opened the challenge, or opened it again: a code must be sent. */
export interface OpenedChallenge {
  readonly outcome: 'opened' | 'reopened'
  /** The new pending state. */
  readonly state: PendingState
  /** The pending state to write if the mail fails. */
  readonly ifNotSent: PendingState
}

/** No code may be sent now. */
type NotOpened = Waiting | { readonly outcome: 'limited'; readonly retryAfterMs: number }

interface Waiting {
  readonly outcome: 'waiting'
  readonly retryAfterMs: number
  /** The pending state, if another click on the same button has opened its challenge. */
  readonly ofOtherClick?: PendingState | undefined
}

/** Calls the store and works out what its result means for the pending state. */
export async function openChallenge(
  exchange: Exchange,
  request: CodeRequest,
): Promise<OpenedChallenge | NotOpened> {
  const { settings, storage, req, catalogue } = exchange
  const { addressHash, former, budget, mailLocale } = request
  const mine = former && isForSameUse(former, request) ? former : undefined
  // "Send again" does not repeat what the first request asked to remember.
  const { remembered = mine?.remembered ?? null } = request
  const languages = { locale: catalogue.tag, mailLocale }
  const { id, result } = await openUnusedId(exchange, request, mine)
  if (result.outcome === 'waiting' && result.failures !== undefined) {
    // Another click on the same button opened it a moment ago and sends its mail. This request may be the one whose
    // session is saved last.
    const { retryAfterMs, failures } = result
    const state = openedMsAgo(exchange, { ...request, id, remembered }, failures, retryAfterMs)
    storage.write(req, state)
    endVisit(exchange)
    return { outcome: 'waiting', retryAfterMs, ofOtherClick: state }
  }
  // A mail that failed and could not be cancelled: "code sent" would be untrue.
  if (result.outcome === 'limited' || (result.outcome === 'waiting' && mine?.ended)) {
    noteLimit(exchange, request, result.retryAfterMs)
    return { ...result, outcome: 'limited' }
  }
  if (result.outcome === 'waiting') {
    // The code that was just sent is still right, but this visit may have come by another invite, or in another
    // language.
    const isOther = request.remembered !== undefined || mine?.locale !== catalogue.tag
    if (mine && isOther) storage.write(req, { ...mine, remembered, ...languages })
    return result
  }
  if (result.outcome === 'reopened') {
    const { ended, limitedMs, ...before } = mine as PendingState
    const kept = { ...before, ...languages, budget: budget.key, remembered }
    return { outcome: 'reopened', state: { ...kept, ...sentNow(settings) }, ifNotSent: kept }
  }
  if (result.full) emitEvent(exchange, { type: 'store_full', addressHash, dropped: result.full })
  endVisit(exchange)
  const state = newState(exchange, { ...request, id, remembered }, result.failures)
  const other = mine ? undefined : former
  return { outcome: 'opened', state, ifNotSent: other ?? { ...state, ended: 'not_sent' } }
}

/** The page of a pending code then counts down to the real wait, after a reload too. */
function noteLimit(
  exchange: Exchange,
  { addressHash, former }: CodeRequest,
  retryAfterMs: number,
): void {
  const { storage, req } = exchange
  if (!former || addressHashOf(exchange, former.email) !== addressHash) return
  const limitedMs = Math.ceil(retryAfterMs)
  storage.write(req, { ...former, resendAt: Date.now() + limitedMs, limitedMs })
}

/** Only a code for the same address, user and purpose may be sent again. */
function isForSameUse(former: PendingState, { email, subject, purpose }: CodeRequest): boolean {
  return (
    former.email === email &&
    former.purpose === purpose &&
    isSameSubject(recipientOf(former).subject, subject)
  )
}

function newState(
  { settings, catalogue }: Exchange,
  request: CodeRequest,
  failures: number,
): PendingState {
  const { id, email, subject, purpose, budget, remembered, mailLocale } = request
  const [{ kid }] = settings.codeKeys
  return {
    id,
    kid,
    email,
    digits: digitsFor(failures, settings.digits),
    purpose,
    subject: subject === null ? null : storeSubject(subject),
    budget: budget.key,
    ...sentNow(settings),
    expiresAt: Date.now() + settings.ttlMs,
    remembered,
    locale: catalogue.tag,
    mailLocale,
  }
}

/** The state of a challenge that was mailed so long ago that `retryAfterMs` of its spacing are left. */
function openedMsAgo(
  exchange: Exchange,
  request: CodeRequest,
  failures: number,
  retryAfterMs: number,
): PendingState {
  const state = newState(exchange, request, failures)
  const agoMs = Math.round(exchange.settings.spacingMs - retryAfterMs)
  const { sentAt, resendAt, expiresAt } = state
  return {
    ...state,
    sentAt: sentAt - agoMs,
    resendAt: resendAt - agoMs,
    expiresAt: expiresAt - agoMs,
  }
}

function sentNow({ spacingMs }: Settings): Pick<PendingState, 'sentAt' | 'resendAt'> {
  const now = Date.now()
  return { sentAt: now, resendAt: now + spacingMs }
}
