import { EmailOtpError } from '../errors.js'
import type { StoreFailedEvent } from '../events.js'
import type { Settings } from '../options/settings.js'
import type { RequestLike } from '../passport/types.js'
import type {
  AttemptRequest,
  AttemptResult,
  CancelRequest,
  OpenRequest,
  OpenResult,
} from '../stores/store.js'
import { withTimeLimit } from '../util/time-limit.js'
import { report } from './emit-event.js'

/** Asks the store to open a challenge. An opening that comes too late for its request is taken back. */
export function openChallenge(
  settings: Settings,
  req: RequestLike,
  request: OpenRequest,
): Promise<OpenResult> {
  const { address, challenge, budget } = request
  const takeBack = (late: OpenResult) => {
    if (late?.outcome !== 'opened') return
    void cancelChallenge(settings, req, { address, challenge, budget, refund: true })
  }
  return ask(settings, req, {
    verb: 'open',
    address,
    call: () => settings.store.open(request),
    isValid: (result) => isOpenResult(result, request),
    late: takeBack,
  })
}

/** Asks the store what a guess was worth. Never asked twice: a lost answer means asking for a new code. */
export function attemptChallenge(
  settings: Settings,
  req: RequestLike,
  request: AttemptRequest,
): Promise<AttemptResult> {
  return ask(settings, req, {
    verb: 'attempt',
    address: request.address,
    call: () => settings.store.attempt(request),
    isValid: (result) => isAttemptResult(result, request),
  })
}

/** Takes an opening back. A failure is an event only: whatever made it necessary is the error to report. */
export async function cancelChallenge(
  settings: Settings,
  req: RequestLike,
  request: CancelRequest,
): Promise<void> {
  await ask(settings, req, {
    verb: 'cancel',
    address: request.address,
    call: () => settings.store.cancel(request),
    isValid: () => true,
  }).catch(() => {})
}

/** Erases an address. @throws EmailOtpError `store_failed`, or a TypeError where the store can't */
export async function forgetAddress(settings: Settings, address: string): Promise<void> {
  const { store } = settings
  if (typeof store.forget !== 'function') {
    throw new TypeError('The store has no forget method: it can’t erase an address')
  }
  const forget = store.forget.bind(store)
  await ask(settings, undefined, {
    verb: 'forget',
    address,
    call: () => forget({ address }),
    isValid: () => true,
  })
}

interface Question<Result> {
  readonly verb: StoreFailedEvent['verb'] | 'forget'
  readonly address: string
  readonly call: () => Promise<Result>
  readonly isValid: (result: unknown) => boolean
  /** What to do with an answer that comes after the time limit. */
  readonly late?: (result: Result) => void
}

/** Asks within the time limit. @throws EmailOtpError `store_failed` */
async function ask<Result>(
  settings: Settings,
  req: RequestLike | undefined,
  { verb, address, call, isValid, late }: Question<Result>,
): Promise<Result> {
  try {
    const result = await withTimeLimit(settings.storeTimeoutMs, call, late)
    if (isValid(result)) return result
    throw new TypeError(`The store's answer to ${verb} is not one of the contract`)
  } catch (cause) {
    const error = new EmailOtpError('store_failed', `The store failed to ${verb}`, { cause })
    // Somebody who calls `forget` hears of it by the rejection.
    if (req && verb !== 'forget') {
      report(settings, req, { type: 'store_failed', addressKey: address, verb, error })
    }
    throw error
  }
}

/** A faulty store must not be taken at its word: an answer that the question can't have is none. */
function isOpenResult(result: unknown, { pending }: OpenRequest): boolean {
  const { outcome, failures, retryAfterMs } = (result ?? {}) as Record<string, unknown>
  if (outcome === 'opened') return isCount(failures)
  if (outcome === 'reopened') return pending !== undefined
  if (outcome === 'waiting') return pending !== undefined && isDuration(retryAfterMs)
  return outcome === 'limited' && isDuration(retryAfterMs)
}

function isAttemptResult(result: unknown, { matched }: AttemptRequest): boolean {
  const { outcome, attemptsLeft, failures } = (result ?? {}) as Record<string, unknown>
  if (outcome === 'accepted') return matched
  if (outcome === 'wrong') return !matched && isCount(attemptsLeft) && isCount(failures)
  return outcome === 'spent' || outcome === 'stale' || outcome === 'unknown'
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0
}

function isDuration(value: unknown): boolean {
  return Number.isFinite(value) && (value as number) >= 0
}
