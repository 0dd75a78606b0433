import type {
  AttemptRequest,
  AttemptResult,
  CancelRequest,
  ChallengeStore,
  ForgetRequest,
  OpenRequest,
  OpenResult,
} from '../../src/stores/store.js'
import { NaiveTables } from './naive-tables.js'

/** A store that its author wrote from the contract, on a clock of its own, with at most one fault in it. */
export class NaiveStore extends NaiveTables implements ChallengeStore {
  async open(r: OpenRequest): Promise<OpenResult> {
    const now = this.now()
    const address = this.addressOf(r.address)
    const failures = this.failuresOf(address, now)
    const fullAt = address.fullAt.get(r.budget.key) ?? 0
    const wait = fullAt - (r.budget.burst - 1) * r.budget.refillMs - now
    const old = r.pending && this.find({ ...r, challenge: r.pending.challenge }, now)
    if (this.has('waits between reading and writing')) await null
    if (r.pending && !old && this.has('waits for what is gone')) {
      return { outcome: 'waiting', retryAfterMs: r.spacingMs }
    }
    const usable = old !== undefined && old.attemptsLeft > 0
    const below = r.pending?.failuresBelow ?? 0
    const mayBeFree = usable || this.has('replaces a spent code free')

    if (old && r.pending && mayBeFree && this.isStale(old, failures, below)) {
      if (wait > 0 && this.has('limits a free replacement')) {
        return { outcome: 'limited', retryAfterMs: wait }
      }
      if (!this.has('keeps the row that it replaces')) this.rows.delete(r.pending.challenge)
      if (this.has('counts a free replacement')) this.charge(address, r.budget, now)
      const forgotten = this.has('a free replacement forgets its charge')
      const { budget, sends, since } = forgotten ? { budget: '', sends: 0, since: 0 } : old
      const row = this.addRow(r, now, { budget, sends, since, charged: false })
      if (this.has('a free replacement takes over failures')) {
        Object.assign(row, { failures: old.failures, window: old.window })
      }
      if (this.has('a free replacement ends with the old code')) row.expiresAt = old.expiresAt
      return { outcome: 'opened', failures }
    }
    const last = this.has('spaces all mails of an address')
      ? [...this.rows.values()].filter((row) => row.address === r.address).at(-1)
      : usable && old
    const spacing = last ? last.spacingFrom + r.spacingMs - now : 0
    if (spacing > 0 && !this.has('lets everybody ask at once')) {
      return { outcome: 'waiting', retryAfterMs: spacing }
    }

    if (wait > 0) {
      if (this.has('asking prolongs the limit')) this.charge(address, r.budget, now)
      if (r.pending && this.has('a refusal removes the row')) {
        this.rows.delete(r.pending.challenge)
      }
      return { outcome: 'limited', retryAfterMs: wait }
    }
    this.charge(address, r.budget, now)
    if (old && usable && old.expiresAt - now > r.keepMs) {
      this.mailAgain(old, r, now)
      return { outcome: 'reopened' }
    }
    if (r.pending && old) this.rows.delete(r.pending.challenge)
    this.addRow(r, now, { budget: r.budget.key, sends: 1, since: now, charged: true })
    return { outcome: 'opened', failures }
  }

  async attempt(r: AttemptRequest): Promise<AttemptResult> {
    const now = this.now()
    const row = this.find(r, now) ?? this.madeUp(r, now)
    if (row === undefined) return { outcome: 'unknown' }
    const address = this.addressOf(r.address)
    const failures = this.failuresOf(address, now)
    const { attemptsLeft } = row
    if (this.has('waits between reading and writing')) await null
    const isSpent = attemptsLeft <= 0 && !(r.matched && this.has('the right code is never spent'))
    if (isSpent && !this.has('says stale before spent')) return { outcome: 'spent' }
    if (this.isStale(row, failures, r.failuresBelow)) {
      if (!this.has('forgets what was stale')) {
        const found = this.has('lowers what was stale') ? 0 : row.staleBelow
        row.staleBelow = Math.max(found, r.failuresBelow)
      }
      if (this.has('counts guesses at what is stale')) address.failures += 1
      return { outcome: 'stale' }
    }
    if (isSpent) return { outcome: 'spent' }

    if (r.matched && this.has('never accepts')) return { outcome: 'unknown' }
    if (r.matched || (this.has('accepts the last attempt') && attemptsLeft === 1)) {
      if (!this.has('accepts twice')) this.rows.delete(r.challenge)
      this.giveBackFailures(address, row, now)
      if (this.isCharged(row, r.budget)) {
        this.giveBack(address, r.budget, row.sends, row.since, now)
      }
      return { outcome: 'accepted' }
    }
    this.countFailure(address, r.failuresWindowMs, now)
    row.attemptsLeft = attemptsLeft - 1
    row.failures = row.window === address.window ? row.failures + 1 : 1
    row.window = address.window
    const ladder = r.failuresBelow - address.failures
    const left = this.has('promises all attempts')
      ? row.attemptsLeft
      : Math.min(row.attemptsLeft, ladder)
    return { outcome: 'wrong', attemptsLeft: left, failures: address.failures }
  }

  async cancel(r: CancelRequest): Promise<void> {
    const now = this.now()
    const row = this.find(r, now)
    if (row === undefined && this.has('cancels what is not there')) {
      this.giveBack(this.addressOf(r.address), r.budget, 1, now, now)
    }
    if (row === undefined) return
    const last = row.mails.pop()
    const guessed = row.failures > 0 && !this.has('refunds what was guessed at')
    const owed = row.sends > 0 && this.isCharged(row, r.budget)
    const refund = this.has('never refunds') ? false : r.refund || this.has('always refunds')
    if (refund && last?.charged && owed && !guessed) {
      this.giveBack(this.addressOf(r.address), r.budget, 1, last.at, now)
      row.sends -= 1
    }
    row.spacingFrom = -Infinity
    for (const mail of row.mails) mail.at = row.since
    if (row.mails.length === 0 || this.has('cancelling a resend kills the code')) {
      this.rows.delete(r.challenge)
    }
  }

  async forget({ address }: ForgetRequest): Promise<void> {
    const isHis = (key: string) => key === address || this.has('forgets everybody')
    if (this.has('forgets only whom it knows') && !this.addresses.has(address)) {
      throw new Error(`No such address: ${address}`)
    }
    const known = this.addressOf(address)
    if (this.has('forgets no sends')) known.failures = 0
    else if (this.has('forgets no failures')) known.fullAt.clear()
    else for (const key of [...this.addresses.keys()].filter(isHis)) this.addresses.delete(key)
    if (this.has('forgets no challenges')) return
    for (const [key, row] of this.rows) if (isHis(row.address)) this.rows.delete(key)
  }

  evict(): void {
    this.rows.clear()
  }
}
