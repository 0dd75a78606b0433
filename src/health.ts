import { randomBytes } from 'node:crypto'
import { FAILURES_WINDOW_MS } from './challenge/ladder.js'
import type { Settings } from './options/settings.js'
import { own } from './util/own.js'
import { problemText } from './util/problem-text.js'
import { withTimeLimit } from './util/time-limit.js'

/** The health of the store or of the mail server. */
export interface PartHealth {
  readonly ok: boolean
  /** How long the check took, in milliseconds. */
  readonly ms: number
  /**
   * The problems, each as a sentence; empty if there are none. They hold neither password nor address: the
   * parts of a driver's or service's message that may hold one are replaced.
   */
  readonly problems: readonly string[]
}

export interface MailHealth extends PartHealth {
  /**
   * Whether `sendCode` could be checked: one by `mailer` over SMTP or SES, and your own if it has a `check`
   * method.
   */
  readonly checked: boolean
}

/** What `emailOtp.check()` returns. */
export interface Health {
  /** Whether neither part has a problem. */
  readonly ok: boolean
  readonly store: PartHealth
  readonly mail: MailHealth
}

/** The mail server has as much time as for a mail. */
const MAIL_LIMIT_MS = 10_000

/** How long a result is kept, good or bad. */
const KEPT_MS = 5_000

/**
 * Makes the check of one strategy. Calls share one check, and its result for 5 seconds after it: an attacker
 * who finds a health endpoint must not make the application log in to its mail server a thousand times, until
 * the server blocks it.
 */
export function healthCheck(settings: Settings): () => Promise<Health> {
  let latest: Promise<Health> | undefined
  let keptUntil = Number.POSITIVE_INFINITY
  return () => {
    if (latest === undefined || performance.now() >= keptUntil) {
      keptUntil = Number.POSITIVE_INFINITY
      latest = checkBoth(settings).finally(() => {
        keptUntil = performance.now() + KEPT_MS
      })
    }
    return latest
  }
}

async function checkBoth(settings: Settings): Promise<Health> {
  const [store, mail] = await Promise.all([checkStore(settings), checkMail(settings)])
  return { ok: store.ok && mail.ok, store, mail }
}

/**
 * Attempts a challenge that cannot exist: the call takes the whole way of a verification and writes nothing.
 * The store's own sentences come first, because they tell the operator what to fix.
 */
async function checkStore({ store, storeTimeoutMs, budgets }: Settings): Promise<PartHealth> {
  const key = () => randomBytes(16).toString('base64url')
  const attempted = async () => {
    const result = await store.attempt({
      address: key(),
      challenge: key(),
      matched: false,
      failuresBelow: 1,
      failuresWindowMs: FAILURES_WINDOW_MS,
      budget: budgets.stranger,
    })
    if (own(result, 'outcome') === 'unknown') return []
    return ['The store does not answer "unknown" for an unknown challenge.']
  }
  const { checked: _, ...health } = await measure(storeTimeoutMs, async () => {
    const [checked, attempt] = await Promise.allSettled([store.check?.() ?? [], attempted()])
    if (checked.status === 'rejected') throw checked.reason
    const problems = sentences(checked.value ?? [])
    if (attempt.status === 'fulfilled') return [...problems, ...attempt.value]
    if (problems.length === 0) throw attempt.reason
    return problems
  })
  return health
}

function checkMail({ sendCode }: Settings): Promise<MailHealth> {
  return measure(MAIL_LIMIT_MS, async () => sendCode.check?.())
}

/** Runs a check within its time limit. A check of the application may return or throw anything. */
async function measure(limitMs: number, check: () => Promise<unknown>): Promise<MailHealth> {
  const started = performance.now()
  const result = await withTimeLimit(limitMs, check).catch((err: unknown) => [problemText(err)])
  const problems = result === undefined ? [] : sentences(result)
  return {
    ok: problems.length === 0,
    ms: Math.round(performance.now() - started),
    problems,
    checked: result !== undefined,
  }
}

function sentences(result: unknown): readonly string[] {
  const areSentences = Array.isArray(result) && result.every((one) => typeof one === 'string')
  return areSentences ? result : ['A check method must return an array of sentences.']
}
