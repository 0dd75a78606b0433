import { randomId } from '../challenge/challenge-id.js'
import { hashChallenge } from '../challenge/keys.js'
import { failuresBelow } from '../challenge/ladder.js'
import { EmailOtpError } from '../errors.js'
import type { PendingState } from '../pending/state.js'
import type { CancelRequest, OpenResult, SendBudget } from '../stores/store.js'
import { cancelInStore, openInStore } from './call-store.js'
import type { Exchange } from './exchange.js'
import type { MailRecipient } from './recipient.js'

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

/**
 * Opens the challenge of the request. If it was used before, because an old request is sent again or an older session
 * came back, its code must not come back: then a challenge with a random id is opened.
 */
export async function openUnusedId(
  exchange: Exchange,
  request: CodeRequest,
  mine: PendingState | undefined,
): Promise<{ readonly id: string; readonly result: Exclude<OpenResult, { outcome: 'taken' }> }> {
  for (const idOf of [() => request.id, randomId]) {
    const id = idOf()
    const result = await openId(exchange, request, id, mine)
    if (result.outcome !== 'taken') return { id, result }
  }
  throw new EmailOtpError('store_failed', 'The store says that a new challenge was used before')
}

/** Opens the challenge with this id. @throws EmailOtpError `store_failed` */
export function openId(
  exchange: Exchange,
  { addressHash, budget }: CodeRequest,
  id: string,
  mine?: PendingState,
): Promise<OpenResult> {
  const { settings } = exchange
  return openInStore(exchange, {
    address: addressHash,
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
    budget,
  })
}

/** Cancels what {@link openId} has opened, because its mail was not sent. */
export function cancelId(
  exchange: Exchange,
  { addressHash, budget }: CodeRequest,
  id: string,
  refund: CancelRequest['refund'],
): Promise<void> {
  const cancel = { address: addressHash, challenge: hashChallenge(id), budget, refund }
  return cancelInStore(exchange, cancel)
}
