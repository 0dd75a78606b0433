import {
  type AttemptResult,
  type CancelRequest,
  type ChallengeStore,
  MemoryStore,
  type OpenResult,
  type SendBudget,
} from 'passport-email-otp'
import {
  DEFAULTS,
  type Limits,
  lengthAfter,
  RESEND_AFTER,
  refillMs,
  TTL,
  tooShortFrom,
  WINDOW,
} from './rules.js'
import { Visits } from './visits.js'

const ADDRESS = 'the address under attack'
const ALL_BUDGETS = ['stranger', 'device', 'captcha']

/** What one browser holds, for one strategy's name. */
export interface Browser {
  readonly name: string
  pending?: { challenge: string; digits: number; budget: SendBudget; code: number; tried: number }
}

/** Where mails can be asked for: one budget of one strategy's name. */
export interface Lane {
  readonly name: string
  readonly budget: SendBudget
}

export interface WorldOptions {
  readonly store?: ChallengeStore
  readonly limits?: Partial<Limits>
  readonly names?: readonly string[]
  readonly whose?: readonly string[]
  /** Draws codes, to see who hits one. They are by so many digits shorter than their lengths say. */
  readonly draw?: { readonly random: () => number; readonly digitsLess: number }
}

/** One address, one store and a clock, as the strategy uses them. */
export class World {
  readonly limits: Limits
  readonly lanes: Lane[]
  /** Guesses of the attacker that were judged inside the measured time, by the length of the code. */
  readonly judged = new Map<number, number>()
  /** When mails went out. */
  readonly mails: number[] = []
  /** Codes that the attacker hit inside the measured time. */
  hits = 0
  #store: ChallengeStore
  readonly #draw: WorldOptions['draw']
  readonly #visits = new Visits()
  #measured = { from: -Infinity, until: Infinity }
  #challenges = 0

  constructor(options: WorldOptions = {}) {
    const { store = new MemoryStore(), names = ['email-otp'], whose = ALL_BUDGETS } = options
    this.#store = store
    this.#draw = options.draw
    this.limits = { ...DEFAULTS, ...options.limits }
    this.lanes = names.flatMap((name) =>
      whose.map((who) => ({
        name,
        budget: {
          key: `${name}/${who}`,
          burst: this.limits.maxSendsPerHour,
          refillMs: refillMs(this.limits),
        },
      })),
    )
  }

  get now(): number {
    return Date.now()
  }

  /** What the judged guesses add up to: the hits to be expected. Hardly any chance is left in it. */
  get figure(): number {
    let sum = 0
    for (const [digits, guesses] of this.judged) sum += guesses / 10 ** digits
    return sum
  }

  measure(from: number, until: number): void {
    this.#measured = { from, until }
  }

  /** Lets somebody else come by again and again. */
  every(everyMs: number, run: () => Promise<void>, firstAfterMs?: number): void {
    this.#visits.add(everyMs, run, firstAfterMs)
  }

  /** Moves the clock, with all visits that fall due meanwhile. */
  advanceTo(instant: number): Promise<void> {
    return this.#visits.moveClockTo(instant)
  }

  advance(ms: number): Promise<void> {
    return this.advanceTo(this.now + ms)
  }

  /** A restart: the memory store forgets all. */
  empty(): void {
    this.#store = new MemoryStore()
  }

  /** Asks for a code, and for another one if the browser holds one already. */
  async ask(browser: Browser, { budget }: Lane): Promise<OpenResult> {
    const challenge = `challenge ${this.#challenges++}`
    const { pending } = browser
    const result = await this.#store.open({
      address: ADDRESS,
      challenge,
      pending: pending && {
        challenge: pending.challenge,
        failuresBelow: tooShortFrom(pending.digits),
      },
      ttlMs: TTL,
      keepMs: TTL / 5,
      attempts: this.limits.maxAttempts,
      spacingMs: RESEND_AFTER,
      budget,
    })
    if (result.outcome === 'opened') {
      const digits = lengthAfter(result.failures, this.limits.digits)
      const { random, digitsLess } = this.#draw ?? { random: () => 1, digitsLess: 0 }
      const code = Math.floor(random() * 10 ** (digits - digitsLess))
      browser.pending = { challenge, digits, budget, code, tried: 0 }
    }
    if (result.outcome === 'reopened' && pending) pending.budget = budget
    if (result.outcome === 'opened' || result.outcome === 'reopened') this.mails.push(this.now)
    return result
  }

  /** The attacker's guess: 0, then 1 and so on. Counted if the store lets it be judged, hit or not. */
  async guess(browser: Browser): Promise<AttemptResult> {
    const { pending } = browser
    if (pending === undefined) return { outcome: 'unknown' }
    const { digits, code } = pending
    const result = await this.#attempt(browser, false)
    if (result.outcome === 'wrong') {
      if (this.now >= this.#measured.from && this.now < this.#measured.until) {
        this.judged.set(digits, (this.judged.get(digits) ?? 0) + 1)
        // A hit is taken down and the attack goes on: hits are then as many as the figure says.
        if (pending.tried === code) this.hits += 1
      }
      pending.tried += 1
    }
    return result
  }

  /** The owner requests a code with a device that no attacker has, mistypes it some times, and signs in. */
  async signIn(lane: Lane, mistakes = 0): Promise<boolean> {
    const browser: Browser = { name: lane.name }
    await this.ask(browser, lane)
    for (let i = 0; i < mistakes; i += 1) await this.mistype(browser)
    return this.enter(browser, lane)
  }

  /** The owner enters a wrong code. It is counted as any guess, and is not a guess of the attacker. */
  mistype(browser: Browser): Promise<AttemptResult> {
    return this.#attempt(browser, false)
  }

  /** The owner enters the right code, and requests another one first where this one can no longer be used. */
  async enter(browser: Browser, lane: Lane): Promise<boolean> {
    const { outcome } = await this.#attempt(browser, true)
    if (outcome === 'accepted') return true
    await this.ask(browser, lane)
    return (await this.#attempt(browser, true)).outcome === 'accepted'
  }

  /** The mail of the last opening was not sent: `reduced` if a server refused it, `whole` if none was reached. */
  async deliveryFails(browser: Browser, refund: CancelRequest['refund']): Promise<void> {
    const { pending } = browser
    if (pending === undefined) return
    const { challenge, budget } = pending
    const spacingMs = RESEND_AFTER
    await this.#store.cancel({ address: ADDRESS, challenge, budget, refund, spacingMs })
  }

  /** How many wrong guesses the ladder reads: more than any attacker is told. */
  async failures(): Promise<number> {
    const challenge = `challenge ${this.#challenges++}`
    const budget = { key: 'on the side', burst: 1e6, refillMs: 1 }
    const rules = { ttlMs: TTL, keepMs: 0, attempts: 1, spacingMs: 0, budget }
    const result = await this.#store.open({ address: ADDRESS, challenge, ...rules })
    return result.outcome === 'opened' ? result.failures : Number.NaN
  }

  async #attempt({ pending }: Browser, matched: boolean): Promise<AttemptResult> {
    if (pending === undefined) return { outcome: 'unknown' }
    return this.#store.attempt({
      address: ADDRESS,
      challenge: pending.challenge,
      matched,
      failuresBelow: tooShortFrom(pending.digits),
      failuresWindowMs: WINDOW,
      budget: pending.budget,
    })
  }
}
