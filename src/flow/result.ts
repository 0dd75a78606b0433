import type { Pending, Untold } from '../info.js'
import type { SubjectId } from '../passport/types.js'
import { viewPending } from '../pending/view.js'
import { addressHashOf } from './address-hash.js'
import { emitEvent } from './emit-event.js'
import type { Exchange } from './exchange.js'
import { publicIdFor } from './public-id.js'
import { type Told, tell } from './tell.js'

/** The result of a step, before its sentence is added. Every property is an own one, so that a polluted prototype adds none. */
export interface Result<Info extends Untold = Untold> {
  readonly info: Info
  /** The address of a rejected request, where it is known. */
  readonly email: string | undefined
  /** Wrong guesses at the address, where the store told them. */
  readonly failures: number | undefined
  /** The user without a usable address, where `reason` is `no_address`. */
  readonly subject: SubjectId | null
  /** Runs once the answer is given: its time would tell who has an account, or a send is not over yet. */
  readonly afterAnswer: (() => Promise<void>) | undefined
}

/** A result with its sentence. */
export type Complete<R extends Result> =
  R extends Result<infer Info> ? Omit<R, 'info'> & { readonly info: Told<Info> } : never

export function resultOf<Info extends Untold>(
  info: Info,
  details: Partial<Omit<Result, 'info'>> = {},
): Result<Info> {
  const none = { email: undefined, failures: undefined, subject: null, afterAnswer: undefined }
  return { ...none, ...details, info }
}

/** The part of the pending state that a page may know, or `undefined` if nothing is pending for `purpose`. */
export function pendingOf(
  exchange: Omit<Exchange, 'catalogue'>,
  purpose?: string | undefined,
): Pending | undefined {
  const { settings, storage, req } = exchange
  const state = storage.read(req)
  const isMeant = purpose === undefined || state?.purpose === purpose
  return state && isMeant ? viewPending(settings, state, publicIdFor(exchange, state)) : undefined
}

/** Adds the sentence and the pending state as it is now, and emits an event for a rejected request. */
export function completeResult<R extends Result>(exchange: Exchange, result: R): Complete<R> {
  emitRejection(exchange, result)
  const info = tell(exchange.catalogue.reasons, result.info)
  const pending = pendingOf(exchange)
  const challengeToken = pending && exchange.storage.tokenFor(exchange.req)
  const added = { ...(pending && { pending }), ...(challengeToken && { challengeToken }) }
  return { ...result, info: { ...info, ...added } } as unknown as Complete<R>
}

function emitRejection(exchange: Exchange, { info, email, failures, subject }: Result): void {
  const { reason } = info
  if (reason === 'code_sent' || reason === 'accepted' || reason === 'trusted_browser') return
  // Answers of a guard and of a page, not of a request to sign in.
  if (reason === 'otp_required' || reason === 'not_sent') return
  const addressHash = email === undefined ? undefined : addressHashOf(exchange, email)
  if (reason === 'rate_limited') {
    const { retryAfterSeconds } = info
    emitEvent(exchange, { type: 'limited', addressHash, retryAfterSeconds })
  } else if (reason === 'no_address') {
    emitEvent(exchange, { type: 'no_address', addressHash, subject })
  } else {
    emitEvent(exchange, { type: 'rejected', addressHash, reason, failures })
  }
}
