import { checkNames, optionReader } from '../util/option-reader.js'
import type { AddressRow } from './memory/address-row.js'
import { AddressTable } from './memory/address-table.js'
import { ChallengeRow } from './memory/challenge-row.js'
import { ChallengeTable } from './memory/challenge-table.js'
import { waitForSend } from './memory/send-budget.js'
import { warnInProduction } from './memory/warn-in-production.js'
import type {
  AttemptRequest,
  AttemptResult,
  CancelRequest,
  ChallengeStore,
  ForgetRequest,
  OpenRequest,
  OpenResult,
  SendBudget,
} from './store.js'

export interface MemoryStoreOptions {
  /**
   * Pending challenges that are kept, from 1000 to 10 000 000. Default is 100 000. Once there are
   * so many, a new one takes the place of the oldest, whose code is then unknown.
   */
  readonly maxChallenges?: number | undefined
  /**
   * Addresses whose wrong guesses and sends are kept, from 1000 to 10 000 000. Default is 100 000.
   * Once there are so many, those without wrong guesses are forgotten first. When some with wrong
   * guesses had to be forgotten, addresses that are not known get the longest codes for a while.
   */
  readonly maxAddresses?: number | undefined
}

const ROWS = { fallback: 100_000, min: 1_000, max: 10_000_000 }

/**
 * Keeps challenges in the memory of one process. A restart forgets them all, and with them the wrong
 * guesses and sends that were counted.
 *
 * Each verb decides and writes without an `await` between: nothing else runs meanwhile, and that is
 * what makes it atomic. Keep it so, or 200 guesses at once count as one.
 */
export class MemoryStore implements ChallengeStore {
  readonly #challenges: ChallengeTable
  readonly #addresses: AddressTable

  /** @throws TypeError for an option that is unknown, not a whole number, or out of its range. */
  constructor(options: MemoryStoreOptions = {}) {
    checkNames('MemoryStore', options, ['maxChallenges', 'maxAddresses'])
    const read = optionReader('MemoryStore', options)
    this.#challenges = new ChallengeTable(read.wholeNumber('maxChallenges', ROWS))
    this.#addresses = new AddressTable(read.wholeNumber('maxAddresses', ROWS))
    warnInProduction()
  }

  /** How much is kept right now, for diagnostics. What has expired is cleared away bit by bit. */
  get size(): { challenges: number; addresses: number } {
    return { challenges: this.#challenges.size, addresses: this.#addresses.size }
  }

  async open(request: OpenRequest): Promise<OpenResult> {
    const now = this.#tidiedNow()
    const { budget, pending } = request
    const address = this.#addresses.read(request.address, now)
    const failures = address.failuresAt(now)
    const row = pending && this.#challenges.find(request.address, pending.challenge, now)
    const usable = row !== undefined && row.attemptsLeft > 0

    if (pending && usable) {
      // In the same step, or one stale code asked for again and again would be mail without limit.
      if (row.isStale(failures, pending.failuresBelow)) {
        return this.#replaceFree(row, request, address, failures, now)
      }
      const spacing = row.mailedAt + request.spacingMs - now
      if (spacing > 0) return { outcome: 'waiting', retryAfterMs: spacing }
    }

    const wait = waitForSend(address.fullAt(budget.key), budget, now)
    if (wait > 0) return { outcome: 'limited', retryAfterMs: wait }
    const forgot = this.#addresses.store(address, now)
    this.#addresses.countSend(address, budget, now)

    if (usable && row.expiresAt - now > request.keepMs) {
      row.mailAgain(now)
      row.charge(address, budget.key, now)
      return { outcome: 'reopened' }
    }
    if (row !== undefined) this.#challenges.remove(row)
    const opened = new ChallengeRow(request, address, now)
    opened.charge(address, budget.key, now)
    return this.#opened(opened, failures, forgot)
  }

  async attempt(request: AttemptRequest): Promise<AttemptResult> {
    const now = this.#tidiedNow()
    const row = this.#challenges.find(request.address, request.challenge, now)
    if (row === undefined) return { outcome: 'unknown' }
    if (row.attemptsLeft === 0) return { outcome: 'spent' }
    const address = row.home.stored ? row.home : this.#addresses.read(request.address, now)
    const failures = address.failuresAt(now)
    if (row.isStale(failures, request.failuresBelow)) {
      row.staleBelow = Math.max(row.staleBelow, request.failuresBelow)
      return { outcome: 'stale' }
    }

    if (request.matched) {
      this.#challenges.remove(row)
      this.#addresses.giveBackFailures(address, row, now)
      if (row.charged(request.budget.key)) {
        this.#addresses.giveBackSends(row.home, request.budget, row.sends, row.since, now)
      }
      return { outcome: 'accepted' }
    }
    this.#addresses.store(address, now)
    this.#addresses.countFailure(address, request.failuresWindowMs, now)
    row.countFailure(address.windowId)
    const attemptsLeft = Math.min(row.attemptsLeft, request.failuresBelow - address.failures)
    return { outcome: 'wrong', attemptsLeft, failures: address.failures }
  }

  async cancel(request: CancelRequest): Promise<void> {
    const now = this.#tidiedNow()
    const row = this.#challenges.find(request.address, request.challenge, now)
    if (row === undefined) return
    if (request.refund) this.#refundLastSend(row, request.budget, now)
    if (row.mails === 1) this.#challenges.remove(row)
    else row.takeBackMail()
  }

  /** Looks through all challenges: milliseconds, for a call that people make by hand. */
  async forget({ address }: ForgetRequest): Promise<void> {
    this.#challenges.removeAll(address)
    this.#addresses.remove(address)
  }

  /** Each request clears away a little, so that no timer and no pause is needed for it. */
  #tidiedNow(): number {
    const now = Date.now()
    this.#challenges.tidy(now)
    this.#addresses.tidy(now)
    return now
  }

  /** Replaces a code that guesses made too short. It costs no send, or guesses could lock out. */
  #replaceFree(
    row: ChallengeRow,
    request: OpenRequest,
    address: AddressRow,
    failures: number,
    now: number,
  ): OpenResult {
    this.#challenges.remove(row)
    const forgot = this.#addresses.store(address, now)
    const replacement = new ChallengeRow(request, address, now)
    replacement.inherit(row)
    return this.#opened(replacement, failures, forgot)
  }

  #opened(row: ChallengeRow, failures: number, forgot: boolean): OpenResult {
    const dropped = this.#challenges.add(row)
    if (dropped) return { outcome: 'opened', failures, full: 'challenges' }
    if (forgot) return { outcome: 'opened', failures, full: 'addresses' }
    return { outcome: 'opened', failures }
  }

  /** A guess may have used the code that was sent, so only an unguessed challenge gives it back. */
  #refundLastSend(row: ChallengeRow, budget: SendBudget, now: number): void {
    const since = row.lastChargedAt()
    if (since === undefined || row.failures > 0 || !row.charged(budget.key)) return
    this.#addresses.giveBackSends(row.home, budget, 1, since, now)
    row.sends -= 1
  }
}
