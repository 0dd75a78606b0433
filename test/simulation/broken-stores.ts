import type { ChallengeStore, SendBudget } from 'passport-email-otp'
import { faultyStore } from '../helpers/watch-store.js'
import { DAY, WINDOW } from './rules.js'

// Stores that break one rule each, by telling the real one something else than they were told.

const ON_THE_SIDE: SendBudget = { key: 'on the side', burst: 1e6, refillMs: 1 }
const NEVER = Number.MAX_SAFE_INTEGER

/** Asks for long codes, but takes the short ones that are open already. */
export function lengthChosenAtIssueOnly(): ChallengeStore {
  return faultyStore((inner) => ({
    attempt: (r) => inner.attempt({ ...r, failuresBelow: NEVER }),
  }))
}

/** Never asks for a longer code. */
export function withoutLadder(): ChallengeStore {
  return faultyStore((inner) => ({
    open: async (r) => {
      const result = await inner.open({ ...r, pending: undefined })
      return result.outcome === 'opened' ? { ...result, failures: 0 } : result
    },
    attempt: (r) => inner.attempt({ ...r, failuresBelow: NEVER }),
  }))
}

/** Counts guesses apart for what `part` makes of a budget's key: its name, or all of it. */
export function countsApart(part: (budgetKey: string) => string): ChallengeStore {
  const apart = <R extends { address: string; budget: SendBudget }>(r: R): R => ({
    ...r,
    address: `${r.address} ${part(r.budget.key)}`,
  })
  return faultyStore((inner) => ({
    open: (r) => inner.open(apart(r)),
    attempt: (r) => inner.attempt(apart(r)),
    cancel: (r) => inner.cancel(apart(r)),
  }))
}

/** Forgets guesses after a day. */
export function countsForADay(): ChallengeStore {
  return faultyStore((inner) => ({
    attempt: (r) => inner.attempt({ ...r, failuresWindowMs: DAY }),
  }))
}

/** Clears all failures when the owner signs in. */
export function signInClearsTheCount(): ChallengeStore {
  return forgivesAtSignIn(({ ofAddress }) => ofAddress)
}

/** Refunds the failures of a challenge when its code is accepted: the rule before sessions could be shared. */
export function signInRefundsFailures(): ChallengeStore {
  return forgivesAtSignIn(({ ofChallenge }) => ofChallenge)
}

/** Takes back failures when the owner signs in, of those that count. The window keeps its end. */
function forgivesAtSignIn(
  howMany: (counted: { readonly ofAddress: number; readonly ofChallenge: number }) => number,
): ChallengeStore {
  const ofChallenges = new Map<string, number>()
  let counted = 0
  let forgiven = 0
  let windowEnd = 0
  const raised = (below: number) => Math.min(NEVER, below + forgiven)
  const beginWindow = () => {
    counted = forgiven = 0
    ofChallenges.clear()
  }
  return faultyStore((inner) => ({
    open: async (r) => {
      if (Date.now() >= windowEnd) beginWindow()
      const { pending } = r
      const higher = pending && { ...pending, failuresBelow: raised(pending.failuresBelow) }
      const result = await inner.open({ ...r, pending: higher })
      return result.outcome === 'opened'
        ? { ...result, failures: result.failures - forgiven }
        : result
    },
    attempt: async (r) => {
      if (Date.now() >= windowEnd) beginWindow()
      const result = await inner.attempt({ ...r, failuresBelow: raised(r.failuresBelow) })
      const ofChallenge = ofChallenges.get(r.challenge) ?? 0
      if (result.outcome === 'accepted') {
        forgiven += howMany({ ofAddress: counted - forgiven, ofChallenge })
        return { ...result, failures: counted - forgiven }
      }
      if (result.outcome !== 'wrong') return result
      if (result.failures === 1) windowEnd = Date.now() + WINDOW
      counted = result.failures
      ofChallenges.set(r.challenge, ofChallenge + 1)
      return { ...result, failures: counted - forgiven }
    },
  }))
}

/** Gives the send of a mail that failed back although its code was guessed at meanwhile. */
export function refundsGuessedCodes(): ChallengeStore {
  const guessed = new Set<string>()
  let refunded = 0
  const generous = (budget: SendBudget) => ({ ...budget, burst: budget.burst + refunded })
  return faultyStore((inner) => ({
    open: (r) => inner.open({ ...r, budget: generous(r.budget) }),
    attempt: (r) => {
      guessed.add(r.challenge)
      return inner.attempt(r)
    },
    cancel: (r) => {
      if (r.refund !== 'none' && guessed.delete(r.challenge)) refunded += 1
      return inner.cancel(r)
    },
  }))
}

/** Replaces codes that guesses made too short without taking the old ones away. */
export function keepsWhatItReplaced(): ChallengeStore {
  return faultyStore((inner) => ({
    open: async (r) => {
      const { pending, ...plain } = r
      const challenge = `${r.challenge} to see the count`
      const seen = await inner.open({ ...plain, challenge, budget: ON_THE_SIDE })
      const failures = seen.outcome === 'opened' ? seen.failures : 0
      const isStale = pending !== undefined && failures >= pending.failuresBelow
      return isStale ? inner.open({ ...plain, budget: ON_THE_SIDE }) : inner.open(r)
    },
  }))
}
