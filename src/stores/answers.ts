import type { AttemptResult, OpenResult } from './store.js'

/** Converts the words and numbers of a server's answer to `open`. @throws TypeError for an unknown outcome */
export function openResult(
  outcome: unknown,
  { failures, retryAfterMs }: { readonly failures?: unknown; readonly retryAfterMs?: unknown },
): OpenResult {
  switch (outcome) {
    case 'opened':
      return { outcome, failures: Number(failures) }
    case 'reopened':
      return { outcome }
    case 'waiting':
    case 'limited':
      return { outcome, retryAfterMs: Number(retryAfterMs) }
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
      return { outcome, failures: Number(failures) }
    case 'spent':
    case 'stale':
    case 'unknown':
      return { outcome }
    case 'wrong':
      return { outcome, attemptsLeft: Number(attemptsLeft), failures: Number(failures) }
    default:
      throw unexpected(outcome)
  }
}

function unexpected(outcome: unknown): TypeError {
  return new TypeError(
    `The server answered ${JSON.stringify(outcome)}, which is not an outcome that the store knows`,
  )
}
