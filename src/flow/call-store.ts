import { EmailOtpError } from '../errors.js'
import type { StoreFailedEvent } from '../events.js'
import type { Settings } from '../options/settings.js'
import type {
  AttemptRequest,
  AttemptResult,
  CancelRequest,
  OpenRequest,
  OpenResult,
} from '../stores/store.js'
import { setUpError } from '../util/set-up-error.js'
import { withTimeLimit } from '../util/time-limit.js'
import { emitEvent } from './emit-event.js'
import type { Exchange } from './exchange.js'
import { readAttemptResult, readOpenResult } from './read-store-result.js'

/** Opens a challenge. One that was opened too late for its request is cancelled. @throws EmailOtpError `store_failed` */
export function openInStore(exchange: Exchange, request: OpenRequest): Promise<OpenResult> {
  const { store } = exchange.settings
  const { address, challenge, budget } = request
  const cancelLate = (late: OpenResult) => {
    if (late.outcome !== 'opened') return
    const cancel = { address, challenge, budget, refund: 'whole' } as const
    exchange.background.track(cancelInStore(exchange, cancel))
  }
  return callForRequest(exchange, 'open', address, {
    call: () => store.open(request),
    read: (result) => readOpenResult(result, request),
    onLate: cancelLate,
  })
}

/** Counts a guess. Never sent twice: after a lost answer the user requests a new code. @throws EmailOtpError `store_failed` */
export function attemptInStore(
  exchange: Exchange,
  request: AttemptRequest,
): Promise<AttemptResult> {
  const { store } = exchange.settings
  return callForRequest(exchange, 'attempt', request.address, {
    call: () => store.attempt(request),
    read: (result) => readAttemptResult(result, request),
  })
}

/** Cancels an opening. A failure is only an event: the error that made it necessary is the one to report. */
export async function cancelInStore(
  exchange: Exchange,
  request: Omit<CancelRequest, 'spacingMs'>,
): Promise<void> {
  const { store, spacingMs } = exchange.settings
  await callForRequest(exchange, 'cancel', request.address, {
    call: () => store.cancel({ ...request, spacingMs }),
    read: ignoreResult,
  }).catch(() => {})
}

/** Erases an address. @throws EmailOtpError `store_failed`; TypeError where the store has no `forget` */
export async function forgetInStore(settings: Settings, address: string): Promise<void> {
  const { store } = settings
  if (typeof store.forget !== 'function') {
    throw setUpError(
      'The store has no forget method, so it cannot erase an address',
      'docs/operations/support-desk.md',
    )
  }
  const forget = store.forget.bind(store)
  await callStore(settings, 'forget', { call: () => forget({ address }), read: ignoreResult })
}

/** For calls that only succeed or fail. */
const ignoreResult = () => null

interface StoreCall<Result> {
  readonly call: () => Promise<unknown>
  /** Returns `undefined` for a result that the contract does not allow. */
  readonly read: (result: unknown) => Result | undefined
  /** Receives a result that comes after the time limit. */
  readonly onLate?: (result: Result) => void
}

/** Calls the store for a request. A failure is an event too. */
async function callForRequest<Result>(
  exchange: Exchange,
  verb: StoreFailedEvent['verb'],
  addressHash: string,
  storeCall: StoreCall<Result>,
): Promise<Result> {
  try {
    return await callStore(exchange.settings, verb, storeCall)
  } catch (err) {
    const error = err as EmailOtpError
    emitEvent(exchange, { type: 'store_failed', addressHash, verb, error })
    throw error
  }
}

/** Calls the store within the time limit. @throws EmailOtpError `store_failed` */
async function callStore<Result>(
  { storeTimeoutMs }: Settings,
  verb: string,
  { call, read, onLate }: StoreCall<Result>,
): Promise<Result> {
  const handleLate = (late: unknown) => {
    const result = read(late)
    if (result !== undefined) onLate?.(result)
  }
  try {
    const result = read(await withTimeLimit(storeTimeoutMs, call, handleLate))
    if (result !== undefined) return result
    throw new TypeError(`The store's result of ${verb} is not one of the contract`)
  } catch (cause) {
    throw new EmailOtpError('store_failed', `The store failed to ${verb}`, { cause })
  }
}
