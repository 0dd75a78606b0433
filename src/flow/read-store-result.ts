import type {
  AttemptRequest,
  AttemptResult,
  OpenRequest,
  OpenResult,
  StoreFull,
} from '../stores/store.js'
import { ownFields } from '../util/own.js'

// Do not trust a faulty store: a result that is impossible for the request is treated as a failure. Each result
// is copied, so that no property of a prototype is taken for the store's word.

/** Reads a result of `open`, and returns `undefined` for one that the contract does not allow. */
export function readOpenResult(
  result: unknown,
  { pending, spacingMs }: OpenRequest,
): OpenResult | undefined {
  const fields = ownFields(result, ['outcome', 'failures', 'retryAfterMs', 'full'])
  const { outcome, failures, retryAfterMs } = fields
  switch (outcome) {
    case 'opened':
      return isCount(failures) ? { outcome, failures, full: readFull(fields.full) } : undefined
    case 'reopened':
      return pending && { outcome }
    case 'waiting':
      if (!isDuration(retryAfterMs)) return undefined
      // After its clock was set back, a store says more than the spacing.
      return readWaiting(Math.min(retryAfterMs, spacingMs), failures, pending)
    case 'taken':
      return { outcome }
    case 'limited':
      return isDuration(retryAfterMs) ? { outcome, retryAfterMs } : undefined
  }
  return undefined
}

function readFull(full: unknown): StoreFull | undefined {
  return full === 'challenges' || full === 'addresses' ? full : undefined
}

/** Either the pending challenge waits, or the one that was to be opened, and then the count of the address is known. */
function readWaiting(
  retryAfterMs: number,
  failures: unknown,
  pending: OpenRequest['pending'],
): OpenResult | undefined {
  if (isCount(failures)) return { outcome: 'waiting', retryAfterMs, failures }
  return pending && failures === undefined ? { outcome: 'waiting', retryAfterMs } : undefined
}

/** Reads a result of `attempt`, and returns `undefined` for one that the contract does not allow. */
export function readAttemptResult(
  result: unknown,
  { matched }: AttemptRequest,
): AttemptResult | undefined {
  const { outcome, attemptsLeft, failures } = ownFields(result, [
    'outcome',
    'attemptsLeft',
    'failures',
  ])
  switch (outcome) {
    case 'accepted':
      return matched && isCount(failures) ? { outcome, failures } : undefined
    case 'wrong':
      return !matched && isCount(attemptsLeft) && isCount(failures)
        ? { outcome, attemptsLeft, failures }
        : undefined
    case 'spent':
    case 'stale':
    case 'unknown':
      return { outcome }
  }
  return undefined
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0
}

function isDuration(value: unknown): value is number {
  return Number.isFinite(value) && (value as number) >= 0
}
