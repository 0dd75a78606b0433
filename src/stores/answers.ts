import type { AttemptResult, OpenResult } from './store.js'

/** Converts the words and numbers of a server's answer to `open`. @throws TypeError for an unknown outcome */
export function openResult(
  outcome: unknown,
  { failures, retryAfterMs }: { readonly failures?: unknown; readonly retryAfterMs?: unknown },
): OpenResult {
  switch (outcome) {
    case 'opened':
      return { outcome, failures: numberOf(failures) }
    case 'reopened':
    case 'taken':
      return { outcome }
    case 'waiting':
      if (failures === undefined || failures === null) {
        return { outcome, retryAfterMs: numberOf(retryAfterMs) }
      }
      return { outcome, retryAfterMs: numberOf(retryAfterMs), failures: numberOf(failures) }
    case 'limited':
      return { outcome, retryAfterMs: numberOf(retryAfterMs) }
    default:
      throw unexpected(outcome)
  }
}

/** Converts a server's answer to `attempt`. @throws TypeError for an unknown outcome */
export function attemptResult(
  outcome: unknown,
  { attemptsLeft, failures }: { readonly attemptsLeft?: unknown; readonly failures?: unknown },
): AttemptResult {
  switch (outcome) {
    case 'accepted':
      return { outcome, failures: numberOf(failures) }
    case 'spent':
    case 'stale':
    case 'unknown':
      return { outcome }
    case 'wrong':
      return { outcome, attemptsLeft: numberOf(attemptsLeft), failures: numberOf(failures) }
    default:
      throw unexpected(outcome)
  }
}

function unexpected(outcome: unknown): TypeError {
  return new TypeError(
    `The server answered ${JSON.stringify(outcome)}, which is not an outcome that the store knows`,
  )
}

/** A number of the answer. SQL's null is not 0, so that the strategy rejects the answer. */
function numberOf(value: unknown): number {
  return value === null ? Number.NaN : Number(value)
}
