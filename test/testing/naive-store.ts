import {
  type AttemptRequest,
  type AttemptResult,
  type CancelRequest,
  type ChallengeStore,
  type ForgetRequest,
  type OpenRequest,
  type OpenResult,
  REDUCED_REFUND_KEEPS_MS,
} from '../../src/stores/store.js'
import { NaiveRefunds } from './naive-refunds.js'

/** A store that was written from the contract, with its own clock and at most one fault. */
export class NaiveStore extends NaiveRefunds implements ChallengeStore {
  async open(r: OpenRequest): Promise<OpenResult> {
    const now = this.now()
    this.begin(now)
    const address = this.addressOf(r.address)
    const failures = this.failuresOf(address, now)
    if (!this.hasFault('opens a challenge that exists')) {
      const same = this.find(r, now)
      if (same && same.attemptsLeft > 0) {
        const retryAfterMs = Math.max(0, same.spacingFrom + r.spacingMs - now)
        return { outcome: 'waiting', retryAfterMs, failures }
      }
      if (same || this.isUsed(r.challenge, now)) return { outcome: 'taken' }
    }
    const fullAt = address.fullAt.get(r.budget.key) ?? 0
    const refills = fullAt - (r.budget.burst - 1) * r.budget.refillMs - now
    const wait = this.hasFault('limits no sends')
      ? 0
      : Math.max(refills, this.notBefore(address, r.budget) - now)
    const old = r.pending && this.find({ ...r, challenge: r.pending.challenge }, now)
    if (this.hasFault('waits between reading and writing')) await null
    if (r.pending && !old && this.hasFault('answers waiting for a missing challenge')) {
      return { outcome: 'waiting', retryAfterMs: r.spacingMs }
    }
    const usable = old !== undefined && old.attemptsLeft > 0
    const below = r.pending?.failuresBelow ?? 0
    const mayBeFree = usable || this.hasFault('replaces a spent code free of charge')

    if (old && r.pending && mayBeFree && this.isStale(old, failures, below)) {
      if (wait > 0 && this.hasFault('limits free replacements')) {
        return { outcome: 'limited', retryAfterMs: wait }
      }
      this.requireWrites()
      this.ensureStored(r.address, address, now)
      if (!this.hasFault('keeps the challenge that it replaces')) this.useUp(r.pending.challenge)
      if (this.hasFault('charges a free replacement')) this.charge(address, r.budget, now)
      const forgotten = this.hasFault('forgets the charge of the code that it replaces')
      const { from, budget, sends, since } = forgotten ? { ...old, sends: 0 } : old
      const row = this.addRow(r, now, { from, budget, sends, since, charged: false })
      if (this.hasFault('expires a free replacement with the old code'))
        row.expiresAt = old.expiresAt
      return { outcome: 'opened', failures }
    }
    const last = this.hasFault('applies the spacing to all challenges of an address')
      ? [...this.rows.values()].filter((row) => row.address === r.address).at(-1)
      : usable && old
    const spacing = last ? last.spacingFrom + r.spacingMs - now : 0
    if (spacing > 0 && !this.hasFault('ignores the spacing')) {
      return { outcome: 'waiting', retryAfterMs: spacing }
    }

    if (wait > 0) {
      if (this.hasFault('charges refused requests')) this.charge(address, r.budget, now)
      if (r.pending && this.hasFault('removes the challenge when it refuses to send')) {
        this.rows.delete(r.pending.challenge)
      }
      return { outcome: 'limited', retryAfterMs: wait }
    }
    this.requireWrites()
    this.ensureStored(r.address, address, now)
    this.charge(address, r.budget, now)
    if (old && usable && old.expiresAt - now > r.keepMs) {
      this.mailAgain(old, r, address, now)
      return { outcome: 'reopened' }
    }
    if (r.pending && old) this.useUp(r.pending.challenge)
    const charge = { from: address, budget: r.budget.key, sends: 1, since: now }
    this.addRow(r, now, { ...charge, charged: true })
    return { outcome: 'opened', failures }
  }

  async attempt(r: AttemptRequest): Promise<AttemptResult> {
    const now = this.now()
    this.begin(now)
    const row = this.find(r, now) ?? this.createMissing(r, now)
    if (row === undefined) return { outcome: 'unknown' }
    const address = this.addressOf(r.address)
    const failures = this.failuresOf(address, now)
    const { attemptsLeft } = row
    if (this.hasFault('waits between reading and writing')) await null
    const isSpent =
      attemptsLeft <= 0 &&
      !(r.matched && this.hasFault('accepts the right code of a spent challenge'))
    if (isSpent && !this.hasFault('answers stale for a spent code')) return { outcome: 'spent' }
    if (this.isStale(row, failures, r.failuresBelow)) {
      if (!this.hasFault('does not remember that a code was found stale')) {
        this.requireWrites()
        const found = this.hasFault('lowers the failuresBelow that a code was found stale for')
          ? 0
          : row.staleBelow
        row.staleBelow = Math.max(found, r.failuresBelow)
      }
      if (this.hasFault('counts guesses at a stale code')) address.failures += 1
      return { outcome: 'stale' }
    }
    if (isSpent) return { outcome: 'spent' }

    if (r.matched && this.hasFault('accepts no code')) return { outcome: 'unknown' }
    if (r.matched && this.hasFault('removes a challenge before it counts')) {
      this.rows.delete(r.challenge)
    }
    if (r.matched && this.hasFault('refunds before it counts')) {
      this.refund(address, r.budget, row.sends * r.budget.refillMs)
    }
    if (!(r.matched && this.hasFault('accepts while it cannot count'))) this.requireWrites()
    if (
      r.matched ||
      (this.hasFault('accepts any code at the last attempt') && attemptsLeft === 1)
    ) {
      if (!this.hasFault('accepts a code twice')) this.useUp(r.challenge)
      this.changeFailuresAtSignIn(address, row, r, now)
      if (this.isChargedTo(row, r.budget)) {
        this.refundSends(row.from, r.budget, row.sends, row.since, now)
      }
      return this.accepted(row, failures, address)
    }
    this.ensureStored(r.address, address, now)
    this.countFailure(address, r.failuresWindowMs, now)
    row.attemptsLeft = attemptsLeft - 1
    row.failures += 1
    const ladder = r.failuresBelow - address.failures
    const left = this.hasFault('reports attempts that the code length does not allow')
      ? row.attemptsLeft
      : Math.min(row.attemptsLeft, ladder)
    return { outcome: 'wrong', attemptsLeft: left, failures: address.failures }
  }

  async cancel(r: CancelRequest): Promise<void> {
    this.requireWrites()
    const now = this.now()
    this.begin(now)
    const row = this.find(r, now)
    const address = this.addressOf(r.address)
    if (row === undefined && this.hasFault('refunds a send for a missing challenge')) {
      this.refundSends(address, r.budget, 1, now, now)
    }
    if (row === undefined) return
    const last = row.mails.pop()
    const guessed = this.wasGuessedAt(row, address, now)
    const owed = this.isChargedTo(row, r.budget)
    const isFree = this.hasFault('refunds a free replacement that is refused')
      ? r.refund === 'none'
      : !last?.charged
    const refund = this.refundOf(r)
    // A mail that was refused is followed by the spacing, whether it is refunded or not.
    if (last && (isFree || owed)) this.postpone(row.from, { ...r, refund }, last.at, now)
    if (refund !== 'none' && last && !isFree && owed && !guessed) {
      const keeps = refund === 'reduced' ? REDUCED_REFUND_KEEPS_MS : 0
      this.refundSends(row.from, r.budget, 1, last.at, now, keeps)
      row.sends -= 1
    }
    row.spacingFrom = -Infinity
    for (const mail of row.mails) mail.at = row.since
    if (row.mails.length === 0 || this.hasFault('removes a challenge when a resend is cancelled')) {
      if (this.hasFault('takes a cancelled challenge for a used one')) this.useUp(r.challenge)
      this.rows.delete(r.challenge)
    }
  }

  async forget({ address }: ForgetRequest): Promise<void> {
    this.requireWrites()
    const isHis = (key: string) => key === address || this.hasFault('erases all addresses')
    if (
      this.hasFault('throws when it should erase an unknown address') &&
      !this.addresses.has(address)
    ) {
      throw new Error(`No such address: ${address}`)
    }
    const known = this.addressOf(address)
    if (this.hasFault('erases no sends')) known.failures = 0
    else if (this.hasFault('erases no failures')) known.fullAt.clear()
    else if (this.hasFault('erases no spacing')) {
      known.failures = 0
      known.fullAt.clear()
    } else for (const key of [...this.addresses.keys()].filter(isHis)) this.addresses.delete(key)
    if (this.hasFault('erases no challenges')) return
    for (const [key, row] of this.rows) if (isHis(row.address)) this.rows.delete(key)
  }

  evict(): void {
    this.rows.clear()
  }
}
