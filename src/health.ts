import { randomBytes } from 'node:crypto'
import { FAILURES_WINDOW_MS } from './limits.js'
import type { Settings } from './settings.js'
import { withTimeLimit } from './time-limit.js'

/** What one part answered. */
export interface PartHealth {
  readonly ok: boolean
  /** How long the answer took, in milliseconds. */
  readonly ms: number
  /** What to mend, each as a sentence; empty where all is well. Never a password, never an address. */
  readonly problems: readonly string[]
}

export interface MailHealth extends PartHealth {
  /** Whether `sendCode` could be checked. One of your own can where it has a `check` method. */
  readonly checked: boolean
}

/** What `emailOtp.check()` answers. */
export interface Health {
  /** Whether both are well. */
  readonly ok: boolean
  readonly store: PartHealth
  readonly mail: MailHealth
}

/** The mail server has as long as for a mail. */
const MAIL_LIMIT_MS = 10_000

export async function checkHealth(settings: Settings): Promise<Health> {
  const [store, mail] = await Promise.all([checkStore(settings), checkMail(settings)])
  return { ok: store.ok && mail.ok, store, mail }
}

/** Asks for a challenge that can't be there: it goes the whole way of a verification, and writes nothing. */
function checkStore({ store, storeTimeoutMs, budgets }: Settings): Promise<PartHealth> {
  const key = () => randomBytes(16).toString('base64url')
  return measure(storeTimeoutMs, async () => {
    const result = await store.attempt({
      address: key(),
      challenge: key(),
      matched: false,
      failuresBelow: 1,
      failuresWindowMs: FAILURES_WINDOW_MS,
      budget: budgets.stranger,
    })
    const problems = (await store.check?.()) ?? []
    if (result?.outcome === 'unknown') return problems
    return [...problems, 'The store knows a challenge that was never opened.']
  })
}

async function checkMail({ sendCode }: Settings): Promise<MailHealth> {
  if (!sendCode.check) return { ok: true, ms: 0, problems: [], checked: false }
  const check = sendCode.check.bind(sendCode)
  return { ...(await measure(MAIL_LIMIT_MS, async () => check())), checked: true }
}

async function measure(
  limitMs: number,
  ask: () => Promise<readonly string[]>,
): Promise<PartHealth> {
  const started = performance.now()
  const problems = await withTimeLimit(limitMs, ask).catch((err: unknown) => [inWords(err)])
  return { ok: problems.length === 0, ms: Math.round(performance.now() - started), problems }
}

/** Anything may have been thrown, and a health endpoint must answer. */
function inWords(thrown: unknown): string {
  try {
    return thrown instanceof Error ? thrown.message || thrown.name : String(thrown)
  } catch {
    return 'unknown'
  }
}
