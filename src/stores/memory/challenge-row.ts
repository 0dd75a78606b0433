import type { OpenRequest } from '../store.js'
import type { AddressRow } from './address-row.js'
import type { Aged } from './age-list.js'

/** Instead of attempts: the code was accepted or replaced. The row only keeps its key from being used again. */
const USED = -1

/** One pending challenge. Times are milliseconds since 1970. */
export class ChallengeRow implements Aged<ChallengeRow> {
  readonly key: string
  readonly expiresAt: number
  attemptsLeft: number
  older: ChallengeRow | undefined = undefined
  newer: ChallengeRow | undefined = undefined

  /**
   * The address row that was charged. If it was dropped since, a refund to it has no effect. That is
   * intended: the row that replaced it was never charged.
   */
  addressRow: AddressRow

  /** Openings that were not cancelled: the first one, and each mail that was sent again. */
  mails = 1
  /** When the last mail was sent. `-Infinity` after a cancel, so that there is no spacing. */
  mailedAt: number
  /** The highest `failuresBelow` with which this code was tried while it was too short. */
  staleBelow = 0
  /** Whether the first opening replaced a code that had become too short, so that it was not charged. */
  free = false

  // The charge, which a sign-in refunds.
  chargedBudget: string | undefined = undefined
  chargedSends = 0
  chargedSince = 0

  /** Whether a guess was made at this challenge. */
  isGuessedAt = false

  constructor(request: OpenRequest, addressRow: AddressRow, now: number) {
    this.key = request.challenge
    this.expiresAt = now + request.ttlMs
    this.attemptsLeft = request.attempts
    this.addressRow = addressRow
    this.mailedAt = now
  }

  get isUsed(): boolean {
    return this.attemptsLeft === USED
  }

  /** Ends the challenge. Its row stays until its expiry, so that no later challenge has the same code. */
  useUp(): void {
    this.attemptsLeft = USED
  }

  /**
   * Whether sends of this challenge are charged to this budget. A refund to a budget that was not charged
   * would allow more mails than its limit.
   */
  isChargedTo(budgetKey: string): boolean {
    return this.chargedSends > 0 && this.chargedBudget === budgetKey
  }

  /** Adds a send to the charge. A send of another budget or row replaces the earlier charge. */
  charge(addressRow: AddressRow, budgetKey: string, now: number): void {
    if (this.addressRow !== addressRow || !this.isChargedTo(budgetKey)) {
      this.addressRow = addressRow
      this.chargedBudget = budgetKey
      this.chargedSends = 0
      this.chargedSince = now
    }
    this.chargedSends += 1
  }

  /**
   * Whether the code is too short for so many failures, or has once been found too short. The latter is
   * final, even if the failures decrease: guesses at a stale code are not counted, so an attacker could
   * have tried all its values before it becomes valid again.
   */
  isStale(failures: number, failuresBelow: number): boolean {
    return failures >= failuresBelow || failuresBelow <= this.staleBelow
  }

  mailAgain(now: number): void {
    this.mails += 1
    this.mailedAt = now
  }

  /** Undoes {@link mailAgain}. The next mail does not wait for the spacing, because this one was not sent. */
  cancelMail(): void {
    this.mails -= 1
    this.mailedAt = -Infinity
  }

  /** Takes over the charge of a challenge that is replaced free of charge, so that a sign-in refunds it. */
  inheritCharge(replaced: ChallengeRow): void {
    this.free = true
    this.addressRow = replaced.addressRow
    this.chargedBudget = replaced.chargedBudget
    this.chargedSends = replaced.chargedSends
    this.chargedSince = replaced.chargedSince
  }

  /** Whether the last mail was free of charge. */
  get isFreeMail(): boolean {
    return this.mails === 1 && this.free
  }

  /**
   * When the last mail was sent. After a cancel only the time of the first charge is known. It is the earliest, so a
   * refund is never too large.
   */
  get lastMailedAt(): number {
    return this.mailedAt === -Infinity ? this.chargedSince : this.mailedAt
  }

  countGuess(): void {
    this.isGuessedAt = true
    this.attemptsLeft -= 1
  }
}
