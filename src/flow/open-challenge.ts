import { randomId } from '../challenge/challenge-id.js'
import { hashChallenge } from '../challenge/keys.js'
import { digitsFor, failuresBelow } from '../challenge/ladder.js'
import { EmailOtpError } from '../errors.js'
import type { Settings } from '../options/settings.js'
import type { PendingState } from '../pending/state.js'
import { storeSubject } from '../pending/subject.js'
import type { OpenResult, SendBudget } from '../stores/store.js'
import { addressHashOf } from './address-hash.js'
import { openInStore } from './call-store.js'
import { emitEvent } from './emit-event.js'
import type { Exchange } from './exchange.js'
import { isOwnState, isSameSubject, type MailRecipient, recipientOf } from './recipient.js'
import { endVisit } from './visit.js'

/** A request for a code, with everything that is known before the store is called. */
export interface CodeRequest extends MailRecipient {
  readonly purpose: string
  readonly addressHash: string
  readonly budget: SendBudget
  readonly remembered: unknown
  /** The id of the challenge, if a new one is opened. */
  readonly id: string
  /** What was pending before, for any address. */
  readonly former: PendingState | undefined
}

/** The store has opened the challenge, or opened it again: a code must be sent. */
export interface OpenedChallenge {
  readonly outcome: 'opened' | 'reopened'
  /** The new pending state. */
  readonly state: PendingState
  /** The pending state to write if the mail fails. */
  readonly ifNotSent: PendingState
}

type NotOpened = Extract<OpenResult, { outcome: 'waiting' | 'limited' }>

/** Calls the store and works out what its result means for the pending state. */
export async function openChallenge(
  exchange: Exchange,
  request: CodeRequest,
): Promise<OpenedChallenge | NotOpened> {
  const { settings, storage, req, catalogue } = exchange
  const { addressHash, former, budget, mailLocale, namedAt } = request
  const mine = former && isForSameUse(former, request) ? former : undefined
  // "Send again" does not repeat what the first request asked to remember.
  const { remembered = mine?.remembered ?? null } = request
  const ofRequest = { remembered, locale: catalogue.tag, mailLocale, namedAt }
  const { id, result } = await openUnusedId(exchange, request, mine)
  if (result.outcome === 'waiting' && result.failures !== undefined) {
    // Another click on the same button opened it a moment ago and sends its mail. This request may be the one whose
    // session is saved last.
    const { retryAfterMs, failures } = result
    storage.write(
      req,
      openedMsAgo(exchange, { ...request, id, remembered }, failures, retryAfterMs),
    )
    endVisit(exchange)
    return { outcome: 'waiting', retryAfterMs }
  }
  // A mail that failed and could not be cancelled: "code sent" would be untrue.
  if (result.outcome === 'limited' || (result.outcome === 'waiting' && mine?.ended)) {
    noteLimit(exchange, request, result.retryAfterMs)
    return { ...result, outcome: 'limited' }
  }
  if (result.outcome === 'waiting') {
    // The code that was just sent is still right, but this visit may have come by another invite, in another language
    // or with the password.
    const isOther =
      request.remembered !== undefined ||
      mine?.locale !== catalogue.tag ||
      mine?.namedAt !== namedAt
    if (mine && isOther && isOwnState(exchange, mine)) storage.write(req, { ...mine, ...ofRequest })
    return result
  }
  if (result.outcome === 'reopened') {
    const { ended, limitedMs, ...before } = mine as PendingState
    const kept = { ...before, ...ofRequest, budget: budget.key }
    return { outcome: 'reopened', state: { ...kept, ...sentNow(settings) }, ifNotSent: kept }
  }
  if (result.full) emitEvent(exchange, { type: 'store_full', addressHash, dropped: result.full })
  endVisit(exchange)
  const state = newState(exchange, { ...request, id, remembered }, result.failures)
  const other = mine ? undefined : former
  return { outcome: 'opened', state, ifNotSent: other ?? { ...state, ended: 'not_sent' } }
}

/**
 * Opens the challenge of the request. If it was used before, because an old request is sent again or an older session
 * came back, its code must not come back: then a challenge with a random id is opened.
 */
async function openUnusedId(
  exchange: Exchange,
  request: CodeRequest,
  mine: PendingState | undefined,
): Promise<{ readonly id: string; readonly result: Exclude<OpenResult, { outcome: 'taken' }> }> {
  const { settings } = exchange
  for (const idOf of [() => request.id, randomId]) {
    const id = idOf()
    const result = await openInStore(exchange, {
      address: request.addressHash,
      challenge: hashChallenge(id),
      pending: mine && {
        challenge: hashChallenge(mine.id),
        failuresBelow: failuresBelow(mine.digits),
      },
      ttlMs: settings.ttlMs,
      // With less than a fifth of its lifetime left, a code could expire before it is read.
      keepMs: settings.ttlMs / 5,
      attempts: settings.maxAttempts,
      spacingMs: settings.spacingMs,
      budget: request.budget,
    })
    if (result.outcome !== 'taken') return { id, result }
  }
  throw new EmailOtpError('store_failed', 'The store says that a new challenge was used before')
}

/** The page of a pending code then counts down to the real wait, after a reload too. */
function noteLimit(exchange: Exchange, request: CodeRequest, retryAfterMs: number): void {
  const { storage, req } = exchange
  const { addressHash, former, namedAt } = request
  if (!former || addressHashOf(exchange, former.email) !== addressHash) return
  const limitedMs = Math.ceil(retryAfterMs)
  const named = isForSameUse(former, request) && { namedAt }
  storage.write(req, { ...former, ...named, resendAt: Date.now() + limitedMs, limitedMs })
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
  const { id, email, subject, namedAt, purpose, budget, remembered, mailLocale } = request
  const [{ kid }] = settings.codeKeys
  return {
    id,
    kid,
    email,
    digits: digitsFor(failures, settings.digits),
    purpose,
    subject: storeSubject(subject),
    namedAt,
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
