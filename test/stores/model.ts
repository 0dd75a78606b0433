import type {
  AttemptRequest,
  AttemptResult,
  CancelRequest,
  OpenRequest,
  OpenResult,
  SendBudget,
} from '../../src/stores/store.js'
import { REDUCED_REFUND_KEEPS_MS } from '../../src/stores/store.js'
import { type Address, Addresses, failuresOf } from './model-addresses.js'

interface Charge {
  row: Address
  budget: string
  sends: number
  since: number
}

interface Challenge {
  readonly key: string
  readonly address: string
  readonly expiresAt: number
  attemptsLeft: number
  /** The code was tried while too short. It stays stale for this `failuresBelow` and lower ones. */
  staleBelow: number
  /** One for each mail that was not cancelled: when it was sent, and whether it was charged. */
  openings: { at: number; counted: boolean }[]
  noSpacing: boolean
  wasGuessedAt: boolean
  charge: Charge
}

/**
 * A simple and slow implementation of the memory store. The tests compare every result of the store with the
 * result of this model.
 */
export class Model {
  challenges: Challenge[] = []
  /** Challenges whose code was accepted or replaced. Only their keys are kept, until their expiry. */
  used: Challenge[] = []
  readonly addresses: Addresses
  readonly #maxChallenges: number

  constructor(maxChallenges: number, maxAddresses: number) {
    this.#maxChallenges = maxChallenges
    this.addresses = new Addresses(maxAddresses)
  }

  get size() {
    const challenges = this.challenges.length + this.used.length
    return { challenges, addresses: this.addresses.rows.length }
  }

  open(r: OpenRequest, now: number): OpenResult {
    this.#clearExpired(now)
    const row = this.addresses.findOrCreate(r.address, now)
    const failures = failuresOf(row, now)
    // (0) the challenge exists: another click has opened it, or it was used before
    const twin = this.#find(r.challenge, r.address, now)
    if (twin?.attemptsLeft === 0 || this.#findIn(this.used, r.challenge, r.address, now)) {
      return { outcome: 'taken' }
    }
    if (twin) {
      const sentAt = twin.noSpacing ? -Infinity : (twin.openings.at(-1)?.at ?? -Infinity)
      const retryAfterMs = Math.max(0, sentAt + r.spacingMs - now)
      return { outcome: 'waiting', retryAfterMs, failures }
    }
    const old = r.pending && this.#find(r.pending.challenge, r.address, now)
    const alive = old !== undefined && old.attemptsLeft > 0
    const below = r.pending?.failuresBelow ?? 0
    const stale = alive && (failures >= below || below <= old.staleBelow)
    const mailedAt = old?.noSpacing ? -Infinity : (old?.openings.at(-1)?.at ?? -Infinity)

    // (1) valid, not stale, and mailed less than spacingMs ago
    if (alive && !stale && now - mailedAt < r.spacingMs) {
      return { outcome: 'waiting', retryAfterMs: mailedAt + r.spacingMs - now }
    }
    // (2) stale: replaced in the same step, without charging a send, with the charge of the old one
    if (stale) {
      this.#useUp(old)
      const forgot = this.addresses.ensureStored(row, now)
      return this.#opened(r, failures, { ...old.charge }, false, forgot, now)
    }
    // (3) no send left in the budget
    const fullAt = Math.max(row.fullAt.get(r.budget.key) ?? 0, now) + r.budget.refillMs
    const latest = now + r.budget.burst * r.budget.refillMs
    const wait = Math.max(fullAt - latest, (row.notBefore.get(r.budget.key) ?? 0) - now)
    if (wait > 0) return { outcome: 'limited', retryAfterMs: wait }

    // (4) charge the send, then reopen or replace
    const forgot = this.addresses.ensureStored(row, now)
    this.addresses.countSend(row, r.budget, now)
    const charge = { row, budget: r.budget.key, sends: 1, since: now }
    if (alive && old.expiresAt - now > r.keepMs) {
      old.openings.push({ at: now, counted: true })
      old.noSpacing = false
      if (this.#isChargedTo(old.charge, r.budget) && old.charge.row === row) old.charge.sends += 1
      else old.charge = charge
      return { outcome: 'reopened' }
    }
    if (old) this.#useUp(old)
    return this.#opened(r, failures, charge, true, forgot, now)
  }

  attempt(r: AttemptRequest, now: number): AttemptResult {
    this.#clearExpired(now)
    const challenge = this.#find(r.challenge, r.address, now)
    if (!challenge) return { outcome: 'unknown' }
    if (challenge.attemptsLeft === 0) return { outcome: 'spent' }
    const row = this.addresses.findOrCreate(r.address, now)
    if (failuresOf(row, now) >= r.failuresBelow || r.failuresBelow <= challenge.staleBelow) {
      challenge.staleBelow = Math.max(challenge.staleBelow, r.failuresBelow)
      return { outcome: 'stale' }
    }
    if (r.matched) {
      this.#useUp(challenge)
      const { charge } = challenge
      if (this.#isChargedTo(charge, r.budget)) {
        const charged = charge.sends * r.budget.refillMs
        this.addresses.refund(charge.row, r.budget, charged - (now - charge.since))
      }
      return { outcome: 'accepted', failures: failuresOf(row, now) }
    }
    this.addresses.ensureStored(row, now)
    this.addresses.countFailure(row, r.failuresWindowMs, now)
    challenge.wasGuessedAt = true
    challenge.attemptsLeft -= 1
    const attemptsLeft = Math.min(challenge.attemptsLeft, r.failuresBelow - row.failures)
    return { outcome: 'wrong', attemptsLeft, failures: row.failures }
  }

  cancel(r: CancelRequest, now: number): void {
    this.#clearExpired(now)
    const challenge = this.#find(r.challenge, r.address, now)
    const last = challenge?.openings.pop()
    if (!challenge || !last) return
    const { charge } = challenge
    const isItsBudget = !last.counted || this.#isChargedTo(charge, r.budget)
    if (r.refund === 'reduced' && isItsBudget) {
      this.addresses.postpone(charge.row, r.budget, last.at + r.spacingMs)
    }
    if (r.refund !== 'none' && isItsBudget && last.counted && !challenge.wasGuessedAt) {
      const refilled = now - last.at
      const keeps = r.refund === 'reduced' ? REDUCED_REFUND_KEEPS_MS : 0
      this.addresses.refund(charge.row, r.budget, r.budget.refillMs - Math.max(refilled, keeps))
      charge.sends -= 1
    }
    if (challenge.openings.length === 0) this.#remove(challenge)
    challenge.noSpacing = true
    // The store only keeps the time of the last mail. For earlier ones, that of the first charge is used.
    for (const left of challenge.openings) left.at = charge.since
  }

  #opened(
    r: OpenRequest,
    failures: number,
    charge: Charge,
    counted: boolean,
    forgot: boolean,
    now: number,
  ): OpenResult {
    // An expired row of the same challenge is overwritten.
    const isOther = ({ key }: Challenge) => key !== r.challenge
    this.challenges = this.challenges.filter(isOther)
    this.used = this.used.filter(isOther)
    const isFull = this.size.challenges >= this.#maxChallenges
    const dropped = isFull && this.used.shift() === undefined ? this.challenges.shift() : undefined
    this.challenges.push({
      key: r.challenge,
      address: r.address,
      expiresAt: now + r.ttlMs,
      attemptsLeft: r.attempts,
      staleBelow: 0,
      openings: [{ at: now, counted }],
      noSpacing: false,
      wasGuessedAt: false,
      charge,
    })
    const opened = { outcome: 'opened', failures } as const
    if (dropped && now < dropped.expiresAt) return { ...opened, full: 'challenges' }
    return forgot ? { ...opened, full: 'addresses' } : opened
  }

  #find(key: string, address: string, now: number): Challenge | undefined {
    return this.#findIn(this.challenges, key, address, now)
  }

  #findIn(rows: Challenge[], key: string, address: string, now: number): Challenge | undefined {
    return rows.find((row) => row.key === key && row.address === address && now < row.expiresAt)
  }

  #useUp(row: Challenge): void {
    this.#remove(row)
    this.used.push(row)
  }

  #remove(row: Challenge): void {
    this.challenges = this.challenges.filter((other) => other !== row)
  }

  /** Whether a charge has sends left that can be refunded to this budget. */
  #isChargedTo(charge: Charge, budget: SendBudget): boolean {
    const known = this.addresses.rows.includes(charge.row)
    return known && charge.budget === budget.key && charge.sends > 0
  }

  #clearExpired(now: number): void {
    this.addresses.clearExpired(now)
    for (const rows of [this.challenges, this.used]) {
      for (let i = 0; i < 2; i += 1) {
        const [oldest] = rows
        if (oldest && now >= oldest.expiresAt) rows.shift()
      }
    }
  }
}
