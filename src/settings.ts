import type { KeyObject } from 'node:crypto'
import type { CodeKey } from './challenge/keys.js'
import { readSecrets } from './challenge/secrets.js'
import { checkNames, describe, optionReader } from './check.js'
import { MAX_DIGITS, sendBudget } from './limits.js'
import type { SendCode } from './mail/send-code.js'
import type { AnyEmailOtpOptions } from './options.js'
import type { Verify, VerifyWithRequest } from './passport/types.js'
import { MemoryStore } from './stores/memory.js'
import type { ChallengeStore, SendBudget } from './stores/store.js'

const OWNER = 'EmailOtpStrategy'

const NAMES = [
  'secret',
  'counterSecret',
  'sendCode',
  'store',
  'digits',
  'ttlSeconds',
  'maxAttempts',
  'resendAfterSeconds',
  'maxSendsPerHour',
  'maxSendsPerDay',
  'storeTimeoutSeconds',
  'emailField',
  'codeField',
  'sessionKey',
  'name',
  'origin',
  'trustedOrigins',
  'allowEmail',
  'passReqToCallback',
  'onEvent',
] as const satisfies readonly (keyof AnyEmailOtpOptions)[]

/** What the options came to: checked, in milliseconds, and never changed again. */
export interface Settings {
  readonly name: string
  /** The first makes codes; a pending state names the one that made its own. */
  readonly codeKeys: readonly [CodeKey, ...CodeKey[]]
  readonly addressKey: KeyObject
  readonly sendCode: SendCode
  readonly store: ChallengeStore
  readonly digits: number
  readonly ttlMs: number
  readonly maxAttempts: number
  readonly spacingMs: number
  readonly budget: SendBudget
  readonly storeTimeoutMs: number
  readonly emailField: string
  readonly codeField: string
  readonly sessionKey: string
  readonly origin: string | undefined
  readonly trustedOrigins: readonly string[]
  readonly allowEmail: AnyEmailOtpOptions['allowEmail']
  readonly passReqToCallback: boolean
  readonly onEvent: AnyEmailOtpOptions['onEvent']
  readonly verify: Verify | VerifyWithRequest
}

type Reader = ReturnType<typeof optionReader<AnyEmailOtpOptions>>

/** Reads and checks all options. @throws TypeError that names the option, what it got and what it needs. */
export function readOptions(
  options: AnyEmailOtpOptions,
  verify: Verify | VerifyWithRequest,
): Settings {
  checkNames(OWNER, options, NAMES)
  if (typeof verify !== 'function') {
    throw new TypeError(
      `${OWNER}: the second argument must be the verify function, such as ` +
        `async (email) => users.findOrCreate(email); got ${describe(verify)}`,
    )
  }
  const read = optionReader(OWNER, options)
  const name = read.text('name', 'email-otp')
  return Object.freeze({
    name,
    ...readSecrets(OWNER, options),
    sendCode: readSendCode(options, read),
    store: readStore(options, read),
    ...readLimits(name, read),
    storeTimeoutMs:
      read.wholeNumber('storeTimeoutSeconds', { fallback: 2, min: 1, max: 10 }) * 1000,
    ...readPlaces(name, read),
    ...readOrigins(options, read),
    allowEmail: read.optionalFunction('allowEmail'),
    passReqToCallback: read.flag('passReqToCallback', false),
    onEvent: read.optionalFunction('onEvent'),
    verify,
  })
}

/** The ranges keep every accepted configuration below 1e-4 for an address and year: see `guessProbability`. */
function readLimits(name: string, read: Reader) {
  const ttlSeconds = read.wholeNumber('ttlSeconds', { fallback: 600, min: 60, max: 600 })
  const maxAttempts = read.wholeNumber('maxAttempts', { fallback: 5, min: 1, max: 10 })
  const resendAfterSeconds = read.wholeNumber('resendAfterSeconds', {
    fallback: 30,
    min: 10,
    max: Math.min(300, Math.floor(ttlSeconds / 2)),
  })
  const maxSendsPerHour = read.wholeNumber('maxSendsPerHour', { fallback: 5, min: 1, max: 20 })
  const maxSendsPerDay = read.wholeNumber('maxSendsPerDay', {
    fallback: 20,
    min: maxSendsPerHour,
    // One more would refill faster than once an hour, and "an hour" would no longer hold.
    max: maxSendsPerHour + 23,
  })
  if (maxAttempts * maxSendsPerDay > 200) {
    throw read.wrong(
      'maxAttempts',
      maxAttempts,
      `at most ${Math.floor(200 / maxSendsPerDay)} with maxSendsPerDay ${maxSendsPerDay} (together ` +
        'at most 200 guesses a day, which keeps the chance of a guess below 1 in 10,000 a year)',
    )
  }
  return {
    digits: read.wholeNumber('digits', { fallback: 6, min: 6, max: MAX_DIGITS }),
    ttlMs: ttlSeconds * 1000,
    maxAttempts,
    spacingMs: resendAfterSeconds * 1000,
    budget: sendBudget(`${name}/stranger`, { maxSendsPerHour, maxSendsPerDay }),
  }
}

function readSendCode({ sendCode }: AnyEmailOtpOptions, read: Reader): SendCode {
  if (typeof sendCode === 'function') return sendCode
  throw read.wrong('sendCode', sendCode, 'a function that delivers a code, such as mailer({ … })')
}

function readStore({ store }: AnyEmailOtpOptions, read: Reader): ChallengeStore {
  if (store === undefined) return new MemoryStore()
  const verbs = ['open', 'attempt', 'cancel'] as const
  if (store !== null && verbs.every((verb) => typeof store[verb] === 'function')) return store
  throw read.wrong('store', store, 'a store with the methods open, attempt and cancel')
}

/** Names in a session that Passport keeps something else under, or that are the session's own. */
const TAKEN_SESSION_KEYS = [
  ...['passport', 'messages', 'flash', 'returnTo'],
  ...['cookie', 'id', 'req', 'save', 'regenerate', 'reload', 'destroy', 'touch', 'resetMaxAge'],
]

/** Where a request and its session hold what is ours. */
function readPlaces(name: string, read: Reader) {
  const emailField = read.text('emailField', 'email')
  const codeField = read.text('codeField', 'code')
  const sessionKey = read.text('sessionKey', name)
  if (codeField === emailField) {
    throw read.wrong('codeField', codeField, 'another name than emailField')
  }
  if (TAKEN_SESSION_KEYS.includes(sessionKey) || sessionKey in Object.prototype) {
    const taken = TAKEN_SESSION_KEYS.join(', ')
    throw read.wrong('sessionKey', sessionKey, `none that a session has already (${taken}, …)`)
  }
  return { emailField, codeField, sessionKey }
}

function readOrigins({ origin, trustedOrigins = [] }: AnyEmailOtpOptions, read: Reader) {
  const expected = 'bare, such as "https://app.example.com" (no path, no slash at the end)'
  if (origin !== undefined && !isBareOrigin(origin)) {
    throw read.wrong('origin', origin, expected)
  }
  if (!Array.isArray(trustedOrigins) || !trustedOrigins.every(isBareOrigin)) {
    throw read.wrong('trustedOrigins', trustedOrigins, `an array of origins, each ${expected}`)
  }
  return { origin, trustedOrigins: [...trustedOrigins] }
}

function isBareOrigin(value: unknown): boolean {
  if (typeof value !== 'string' || !URL.canParse(value)) return false
  return /^https?:/.test(value) && new URL(value).origin === value
}
