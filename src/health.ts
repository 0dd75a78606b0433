import { randomBytes } from 'node:crypto'
import { FAILURES_WINDOW_MS } from './challenge/ladder.js'
import type { Settings } from './options/settings.js'
import { withTimeLimit } from './util/time-limit.js'

/** What one part answered. */
export interface PartHealth {
  readonly ok: boolean
  /** How long the answer took, in milliseconds. */
  readonly ms: number
  /**
   * What to mend, each as a sentence; empty where all is well. No password and no address: words of a
   * driver or a service are quoted without whatever may hold one.
   */
  readonly problems: readonly string[]
}

export interface MailHealth extends PartHealth {
  /**
   * Whether `sendCode` could be checked: by `mailer` over SMTP and SES, and one of your own where it has a
   * `check` method.
   */
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

/** Checks that run now. */
const running = new WeakMap<Settings, Promise<Health>>()

/**
 * One check serves all who ask meanwhile: whoever finds a health endpoint must not make the application
 * log in to its mail server a thousand times, until the server shuts it out.
 */
export function checkHealth(settings: Settings): Promise<Health> {
  const check = running.get(settings) ?? checkBoth(settings).finally(() => running.delete(settings))
  running.set(settings, check)
  return check
}

async function checkBoth(settings: Settings): Promise<Health> {
  const [store, mail] = await Promise.all([checkStore(settings), checkMail(settings)])
  return { ok: store.ok && mail.ok, store, mail }
}

/**
 * Asks for a challenge that can't be there: it goes the whole way of a verification, and writes nothing. What
 * the store itself has to say comes first, because it says it in words for whoever must mend it.
 */
async function checkStore({ store, storeTimeoutMs, budgets }: Settings): Promise<PartHealth> {
  const key = () => randomBytes(16).toString('base64url')
  const asked = async () => {
    const result = await store.attempt({
      address: key(),
      challenge: key(),
      matched: false,
      failuresBelow: 1,
      failuresWindowMs: FAILURES_WINDOW_MS,
      budget: budgets.stranger,
    })
    if (result?.outcome === 'unknown') return []
    return ['The store doesn’t say of an unknown challenge that it is unknown.']
  }
  const { checked: _, ...health } = await measure(storeTimeoutMs, async () => {
    const [own, answer] = await Promise.allSettled([store.check?.() ?? [], asked()])
    if (own.status === 'rejected') throw own.reason
    const found = sentences(own.value ?? [])
    if (answer.status === 'fulfilled') return [...found, ...answer.value]
    if (found.length === 0) throw answer.reason
    return found
  })
  return health
}

function checkMail({ sendCode }: Settings): Promise<MailHealth> {
  return measure(MAIL_LIMIT_MS, async () => sendCode.check?.())
}

/** Waits for an answer, whatever it is: a check of the application's own may be wrong too. */
async function measure(limitMs: number, ask: () => Promise<unknown>): Promise<MailHealth> {
  const started = performance.now()
  const answer = await withTimeLimit(limitMs, ask).catch((err: unknown) => [inWords(err)])
  const problems = answer === undefined ? [] : sentences(answer)
  return {
    ok: problems.length === 0,
    ms: Math.round(performance.now() - started),
    problems,
    checked: answer !== undefined,
  }
}

function sentences(answer: unknown): readonly string[] {
  const areSentences = Array.isArray(answer) && answer.every((one) => typeof one === 'string')
  return areSentences ? answer : ['A check method must answer with an array of sentences.']
}

/** Addresses, URLs with a login in them, and the query of a URL, where services take keys. */
const SECRETIVE = /\S*@\S*|\?\S+/g

/** Anything may have been thrown, and a health endpoint must answer. */
function inWords(thrown: unknown): string {
  try {
    // Node's error for a host of several addresses that all refuse has a code and no message.
    const { message, code, name } = Object(thrown)
    const [line = ''] = String(message || code || name || thrown).split('\n')
    return line.replace(SECRETIVE, '[hidden]')
  } catch {
    return 'unknown'
  }
}
