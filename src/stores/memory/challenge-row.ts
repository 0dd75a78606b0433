import type { OpenRequest } from '../store.js'
import type { AddressRow } from './address-row.js'
import type { Aged } from './age-list.js'

/** One pending challenge. Times are milliseconds since 1970. */
export class ChallengeRow implements Aged<ChallengeRow> {
  readonly key: string
  readonly expiresAt: number
  attemptsLeft: number
  older: ChallengeRow | undefined = undefined
  newer: ChallengeRow | undefined = undefined

  /**
   * The address's row that was charged. It may have been dropped since: what is given back to it
   * then is lost, as it must be, because the row that came after it was never charged.
   */
  home: AddressRow

  /** Openings that were not taken back: the first one, and each mail sent again. */
  mails = 1
  /** When the last mail went out; `-Infinity` after one was taken back, and spacing with it. */
  mailedAt: number
  /** The highest `failuresBelow` that this code was tried with while guesses had made it too short. */
  staleBelow = 0
  /** The first opening replaced a code that guesses had made too short, so no send was counted. */
  free = false

  // The charge: what a sign-in gives back.
  budgetKey: string | undefined = undefined
  sends = 0
  since = 0

  /** Wrong guesses of this challenge in the window of `windowId`. Above 0 once anybody guessed. */
  failures = 0
  windowId = 0

  constructor(request: OpenRequest, home: AddressRow, now: number) {
    this.key = request.challenge
    this.expiresAt = now + request.ttlMs
    this.attemptsLeft = request.attempts
    this.home = home
    this.mailedAt = now
  }

  /**
   * Whether sends are charged to this very budget. Giving back to one that was not charged would
   * let more mails out than its limit.
   */
  charged(budgetKey: string): boolean {
    return this.sends > 0 && this.budgetKey === budgetKey
  }

  /** Remembers a counted send, beside those before it if it is the same budget of the same row. */
  charge(home: AddressRow, budgetKey: string, now: number): void {
    if (this.home !== home || !this.charged(budgetKey)) {
      this.home = home
      this.budgetKey = budgetKey
      this.sends = 0
      this.since = now
    }
    this.sends += 1
  }

  /**
   * Whether the code is too short for so many failures, or was once found to be. For good, even if the
   * count falls: a stale code is tried without being counted, so one that came back to life could have
   * been searched for meanwhile.
   */
  isStale(failures: number, failuresBelow: number): boolean {
    return failures >= failuresBelow || failuresBelow <= this.staleBelow
  }

  mailAgain(now: number): void {
    this.mails += 1
    this.mailedAt = now
  }

  /** Undoes {@link mailAgain}: the next mail need not wait, because this one never came. */
  takeBackMail(): void {
    this.mails -= 1
    this.mailedAt = -Infinity
  }

  /** Replaces a challenge without a send of its own: a sign-in still gives back what that one cost. */
  inherit(replaced: ChallengeRow): void {
    this.free = true
    this.home = replaced.home
    this.budgetKey = replaced.budgetKey
    this.sends = replaced.sends
    this.since = replaced.since
  }

  /**
   * When the last opening was charged, or `undefined` where it cost nothing. After one was taken
   * back, that of the first charge is the only time still known: the earliest, so the least is
   * given back.
   */
  lastChargedAt(): number | undefined {
    if (this.mails === 1 && this.free) return undefined
    return this.mailedAt === -Infinity ? this.since : this.mailedAt
  }

  /** Counts a wrong guess, so that a later sign-in can give back what this window holds of them. */
  countFailure(windowId: number): void {
    this.failures = this.windowId === windowId ? this.failures + 1 : 1
    this.windowId = windowId
    this.attemptsLeft -= 1
  }
}
