import { own } from '../../util/own.js'
import { column, numberIn, textIn } from './database.js'

/** A budget: when it is full again and, if its last mail was refused, before when it allows no send. */
export interface Budget {
  readonly fullAt: number
  readonly notBefore: number
}

/** The failures and send budgets of an address. */
export interface AddressRow {
  readonly id: number
  failures: number
  windowEnd: number
  budgets: ReadonlyMap<string, Budget>
  keptUntil: number
}

/** A pending challenge. */
export interface ChallengeRow {
  readonly expiresAt: number
  attemptsLeft: number
  /** Openings that were not cancelled: the first one, and each mail that was sent again. */
  mails: number
  /** When the last mail was sent. `-Infinity` after a cancel, so that there is no spacing. */
  mailedAt: number
  /** The highest `failuresBelow` with which this code was tried while it was too short. */
  staleBelow: number
  /** Whether the first opening replaced a code that was too short, so that it was not charged. */
  readonly isFree: boolean
  chargedBudget: string
  chargedSends: number
  chargedSince: number
  isGuessedAt: boolean
}

/** What a call found. */
export interface Found {
  /** The time that the file has recorded. */
  readonly recordedMs: number
  readonly version: number
  readonly address: AddressRow | undefined
  /** Neither used nor missing. It may have expired. */
  readonly challenge: ChallengeRow | undefined
  /** The challenge that is to be opened, if it exists already. It may have been used, and may have expired. */
  readonly twin: Pick<ChallengeRow, 'expiresAt' | 'attemptsLeft' | 'mailedAt'> | undefined
}

/** Instead of attempts: the code was accepted or replaced. The row only keeps its key from being used again. */
export const USED = -1

/** Reads the row of the query in `tables.ts`, which joins all tables. */
export function foundIn(row: unknown): Found {
  const isKnown = column(row, 'id') !== null
  const challenge = isKnown && column(row, 'expires_at') !== null ? challengeIn(row) : undefined
  const hasTwin = isKnown && column(row, 'twin_expires_at') !== null
  return {
    recordedMs: numberIn(row, 'clock_ms'),
    version: numberIn(row, 'version'),
    address: isKnown ? addressIn(row) : undefined,
    challenge: challenge?.attemptsLeft === USED ? undefined : challenge,
    twin: hasTwin ? twinIn(row) : undefined,
  }
}

function addressIn(row: unknown): AddressRow {
  return {
    id: numberIn(row, 'id'),
    failures: numberIn(row, 'failures'),
    windowEnd: numberIn(row, 'window_end'),
    budgets: readBudgets(textIn(row, 'budgets')),
    keptUntil: numberIn(row, 'kept_until'),
  }
}

function challengeIn(row: unknown): ChallengeRow {
  return {
    expiresAt: numberIn(row, 'expires_at'),
    attemptsLeft: numberIn(row, 'attempts_left'),
    mails: numberIn(row, 'mails'),
    mailedAt: mailedAtIn(row, 'mailed_at'),
    staleBelow: numberIn(row, 'stale_below'),
    isFree: numberIn(row, 'free') === 1,
    chargedBudget: textIn(row, 'charged_budget'),
    chargedSends: numberIn(row, 'charged_sends'),
    chargedSince: numberIn(row, 'charged_since'),
    isGuessedAt: numberIn(row, 'guessed_at') === 1,
  }
}

function twinIn(row: unknown): Found['twin'] {
  return {
    expiresAt: numberIn(row, 'twin_expires_at'),
    attemptsLeft: numberIn(row, 'twin_attempts_left'),
    mailedAt: mailedAtIn(row, 'twin_mailed_at'),
  }
}

function mailedAtIn(row: unknown, name: string): number {
  return column(row, name) === null ? -Infinity : numberIn(row, name)
}

/** The failures that count: 0 once their window is over. */
export function failuresAt(address: AddressRow | undefined, now: number): number {
  return address !== undefined && now < address.windowEnd ? address.failures : 0
}

export function budgetOf(address: AddressRow | undefined, key: string): Budget {
  return address?.budgets.get(key) ?? { fullAt: 0, notBefore: 0 }
}

export function withBudget(address: AddressRow, key: string, budget: Budget): void {
  address.budgets = new Map(address.budgets).set(key, budget)
}

/** Moves the time until which the row of an address is kept. In whole days, so that its index rarely changes. */
export function keepUntil(address: AddressRow, instant: number): void {
  address.keptUntil = Math.max(address.keptUntil, Math.ceil(instant / DAY_MS) * DAY_MS)
}

const DAY_MS = 86_400_000

export function budgetsText(budgets: AddressRow['budgets']): string {
  const entries = [...budgets].map(([key, { fullAt, notBefore }]) => [key, [fullAt, notBefore]])
  return JSON.stringify(Object.fromEntries(entries))
}

function readBudgets(text: string): Map<string, Budget> {
  const entries = Object.entries(JSON.parse(text) as object)
  return new Map(
    entries.map(([key, pair]) => [
      key,
      { fullAt: Number(own(pair, '0')), notBefore: Number(own(pair, '1')) },
    ]),
  )
}
