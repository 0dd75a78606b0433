import { checkNames, optionReader } from '../util/option-reader.js'
import type { AddressRow } from './memory/address-row.js'
import { AddressTable } from './memory/address-table.js'
import { ChallengeRow } from './memory/challenge-row.js'
import { ChallengeTable } from './memory/challenge-table.js'
import { Clock } from './memory/clock.js'
import { openedBefore } from './memory/opened-before.js'
import { warnInProduction } from './memory/warn-in-production.js'
import { msUntilSend, refundMs } from './send-budget.js'
import {
  type AttemptRequest,
  type AttemptResult,
  type CancelRequest,
  type ChallengeStore,
  type ForgetRequest,
  type OpenRequest,
  type OpenResult,
  REDUCED_REFUND_KEEPS_MS,
} from './store.js'

export interface MemoryStoreOptions {
  /**
   * Pending challenges that are kept. A full store drops a used challenge for a new one, or else the oldest, whose
   * code is then rejected.
   *
   * A used challenge counts until the end of its lifetime.
   * @defaultValue `100000`
   * @range 1000 to 10000000
   */
  readonly maxChallenges?: number | undefined
  /**
   * Addresses whose wrong guesses and mails are counted. A full store first drops addresses without wrong guesses. If
   * it has to drop one with wrong guesses, all addresses that it does not know get 10 digits until those guesses would
   * have expired.
   * @defaultValue `100000`
   * @range 1000 to 10000000
   */
  readonly maxAddresses?: number | undefined
}

const ROWS = { fallback: 100_000, min: 1_000, max: 10_000_000 }

/**
 * Keeps challenges in the memory of one process. A restart loses all challenges, failures and sends.
 *
 * Each method reads and writes without an `await` in between, so no other request runs in the meantime.
 * Do not add one: 200 concurrent guesses would be counted as one.
 */
export class MemoryStore implements ChallengeStore {
  readonly #challenges: ChallengeTable
  readonly #addresses: AddressTable
  readonly #clock = new Clock()

  /** @throws TypeError for an unknown option, or one that is not a whole number in its range */
  constructor(options: MemoryStoreOptions = {}) {
    checkNames('MemoryStore', options, ['maxChallenges', 'maxAddresses'])
    const read = optionReader('MemoryStore', options)
    this.#challenges = new ChallengeTable(read.wholeNumber('maxChallenges', ROWS))
    this.#addresses = new AddressTable(read.wholeNumber('maxAddresses', ROWS))
    warnInProduction()
  }

  /** The current number of rows, for diagnostics. Used and expired rows are included until requests clear them. */
  get size(): { challenges: number; addresses: number } {
    return { challenges: this.#challenges.size, addresses: this.#addresses.size }
  }

  async open(request: OpenRequest): Promise<OpenResult> {
    const now = this.#clock.now()
    this.#clearExpired(now)
    const { budget, pending } = request
    const address = this.#addresses.findOrCreate(request.address, now)
    const failures = address.failuresAt(now)
    const twin = this.#challenges.findAny(request.address, request.challenge, now)
    if (twin !== undefined) return openedBefore(twin, request, failures, now)
    const row = pending && this.#challenges.find(request.address, pending.challenge, now)
    const usable = row !== undefined && row.attemptsLeft > 0

    if (pending && usable) {
      // Replaced in this step. If the stale challenge stayed, each repeated request would send a free mail.
      if (row.isStale(failures, pending.failuresBelow)) {
        return this.#replaceStale(row, request, address, failures, now)
      }
      const spacing = row.mailedAt + request.spacingMs - now
      if (spacing > 0) return { outcome: 'waiting', retryAfterMs: spacing }
    }

    const wait = Math.max(
      msUntilSend(address.fullAt(budget.key), budget, now),
      address.notBefore(budget.key) - now,
    )
    if (wait > 0) return { outcome: 'limited', retryAfterMs: wait }
    const droppedAddress = this.#addresses.ensureStored(address, now)
    this.#addresses.countSend(address, budget, now)

    if (usable && row.expiresAt - now > request.keepMs) {
      row.mailAgain(now)
      row.charge(address, budget.key, now)
      return { outcome: 'reopened' }
    }
    if (row !== undefined) this.#challenges.useUp(row)
    const opened = new ChallengeRow(request, address, now)
    opened.charge(address, budget.key, now)
    return this.#add(opened, failures, droppedAddress)
  }

  async attempt(request: AttemptRequest): Promise<AttemptResult> {
    const now = this.#clock.now()
    this.#clearExpired(now)
    const row = this.#challenges.find(request.address, request.challenge, now)
    if (row === undefined) return { outcome: 'unknown' }
    if (row.attemptsLeft === 0) return { outcome: 'spent' }
    const address = row.addressRow.isStored
      ? row.addressRow
      : this.#addresses.findOrCreate(request.address, now)
    const failures = address.failuresAt(now)
    if (row.isStale(failures, request.failuresBelow)) {
      row.staleBelow = Math.max(row.staleBelow, request.failuresBelow)
      return { outcome: 'stale' }
    }

    // No write here can fail, so it makes no difference that a right code is not counted first.
    if (request.matched) {
      const { budget } = request
      this.#challenges.useUp(row)
      if (row.isChargedTo(budget.key)) {
        row.addressRow.refund(
          budget.key,
          refundMs(budget, row.chargedSends, now - row.chargedSince),
        )
      }
      return { outcome: 'accepted', failures }
    }
    this.#addresses.ensureStored(address, now)
    this.#addresses.countFailure(address, request.failuresWindowMs, now)
    row.countGuess()
    const attemptsLeft = Math.min(row.attemptsLeft, request.failuresBelow - address.failures)
    return { outcome: 'wrong', attemptsLeft, failures: address.failures }
  }

  async cancel(request: CancelRequest): Promise<void> {
    const now = this.#clock.now()
    this.#clearExpired(now)
    const row = this.#challenges.find(request.address, request.challenge, now)
    if (row === undefined) return
    if (request.refund !== 'none') this.#refundLastSend(row, request, now)
    if (row.mails === 1) this.#challenges.remove(row)
    else row.cancelMail()
  }

  /**
   * Searches all challenges, and no request is answered during that time: a third of a second for a million of
   * them. Applications rarely erase an address.
   */
  async forget({ address }: ForgetRequest): Promise<void> {
    this.#challenges.removeAll(address)
    this.#addresses.remove(address)
  }

  /** Each request clears a few expired rows, so the store needs no timer and never pauses for long. */
  #clearExpired(now: number): void {
    this.#challenges.clearExpired(now)
    this.#addresses.clearExpired(now)
  }

  /** Replaces a code that has become too short. No send is charged, or guesses could lock the owner out. */
  #replaceStale(
    row: ChallengeRow,
    request: OpenRequest,
    address: AddressRow,
    failures: number,
    now: number,
  ): OpenResult {
    this.#challenges.useUp(row)
    const droppedAddress = this.#addresses.ensureStored(address, now)
    const replacement = new ChallengeRow(request, address, now)
    replacement.inheritCharge(row)
    return this.#add(replacement, failures, droppedAddress)
  }

  #add(row: ChallengeRow, failures: number, droppedAddress: boolean): OpenResult {
    const droppedChallenge = this.#challenges.add(row)
    if (droppedChallenge) return { outcome: 'opened', failures, full: 'challenges' }
    if (droppedAddress) return { outcome: 'opened', failures, full: 'addresses' }
    return { outcome: 'opened', failures }
  }

  #refundLastSend(row: ChallengeRow, { budget, refund, spacingMs }: CancelRequest, now: number) {
    if (!row.isFreeMail && !row.isChargedTo(budget.key)) return
    const isReduced = refund === 'reduced'
    const since = row.lastMailedAt
    // A server has refused the mail, so the next one waits for the spacing, whether this one is refunded or not.
    if (isReduced) row.addressRow.postpone(budget.key, since + spacingMs)
    // After a guess the mail may have been delivered.
    if (row.isFreeMail || row.isGuessedAt) return
    const keepsMs = isReduced ? REDUCED_REFUND_KEEPS_MS : 0
    row.addressRow.refund(budget.key, refundMs(budget, 1, now - since, keepsMs))
    row.chargedSends -= 1
  }
}
