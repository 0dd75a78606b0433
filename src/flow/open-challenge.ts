import { hashChallenge } from '../challenge/keys.js'
import { digitsFor, failuresBelow } from '../challenge/ladder.js'
import type { Settings } from '../options/settings.js'
import type { RequestLike } from '../passport/types.js'
import type { PendingState } from '../pending/state.js'
import type { OpenResult, SendBudget } from '../stores/store.js'
import { openChallenge } from './call-store.js'
import { report } from './emit-event.js'
import type { Addressee } from './recipient.js'

/** One request for a code, from the address to the mail. */
export interface Asking extends Addressee {
  readonly settings: Settings
  readonly req: RequestLike
  readonly purpose: string
  readonly addressKey: string
  readonly budget: SendBudget
  readonly remembered: unknown
  /** The id of the challenge, if a new one is opened. */
  readonly id: string
  /** What was pending before, for whatever address. */
  readonly former: PendingState | undefined
}

/** A code is to be mailed. */
export type Opened = {
  readonly outcome: 'opened' | 'reopened'
  /** What is pending from now on. */
  readonly state: PendingState
  /** What is pending instead if the mail fails. */
  readonly ifNotSent: PendingState
}

export type Opening = Opened | Extract<OpenResult, { outcome: 'waiting' | 'limited' }>

/** Asks the store, and works out what its answer means for the pending state. */
export async function open(asking: Asking): Promise<Opening> {
  const { settings, req, addressKey, id, former, budget } = asking
  const mine = former && isSameUse(former, asking) ? former : undefined
  // "Send again" says nothing about what the first request asked to remember.
  const { remembered = mine?.remembered ?? null } = asking
  const result = await openChallenge(settings, req, {
    address: addressKey,
    challenge: hashChallenge(id),
    pending: mine && {
      challenge: hashChallenge(mine.id),
      failuresBelow: failuresBelow(mine.digits),
    },
    ttlMs: settings.ttlMs,
    // With less than a fifth of its life left, a code might expire on its way to the reader.
    keepMs: settings.ttlMs / 5,
    attempts: settings.maxAttempts,
    spacingMs: settings.spacingMs,
    budget,
  })
  if (result.outcome === 'limited') return result
  if (result.outcome === 'waiting') {
    // The code that is on its way will do, but this visit may have come by another invite.
    if (mine && asking.remembered !== undefined) settings.place.write(req, { ...mine, remembered })
    // A mail that failed and could not be taken back: "code sent" would be a lie, so it is "wait".
    return mine?.ended ? { ...result, outcome: 'limited' } : result
  }
  if (result.outcome === 'reopened') {
    const kept = { ...(mine as PendingState), budget: budget.key, ended: false, remembered }
    const state = { ...kept, ...mailedNow(settings) }
    return { outcome: 'reopened', state, ifNotSent: kept }
  }
  if (result.full) {
    report(settings, req, { type: 'store_full', addressKey, dropped: result.full })
  }
  const state = newState({ ...asking, remembered }, result.failures)
  const other = mine ? undefined : former
  return { outcome: 'opened', state, ifNotSent: other ?? { ...state, ended: true } }
}

/** Only what is pending for the same address, user and use may be mailed again. */
function isSameUse(former: PendingState, asking: Asking): boolean {
  return (['email', 'subject', 'purpose'] as const).every((one) => former[one] === asking[one])
}

function newState(asking: Asking, failures: number): PendingState {
  const { settings, id, email, subject, purpose, budget, remembered } = asking
  const [{ kid }] = settings.codeKeys
  return {
    id,
    kid,
    email,
    digits: digitsFor(failures, settings.digits),
    purpose,
    subject,
    budget: budget.key,
    ...mailedNow(settings),
    expiresAt: Date.now() + settings.ttlMs,
    ended: false,
    remembered,
  }
}

function mailedNow({ spacingMs }: Settings): Pick<PendingState, 'sentAt' | 'resendAt'> {
  const now = Date.now()
  return { sentAt: now, resendAt: now + spacingMs }
}
