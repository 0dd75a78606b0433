import type { KeyObject } from 'node:crypto'
import type { CodeKey } from '../challenge/keys.js'
import { Pressure } from '../flow/pressure.js'
import type { SendCode } from '../mail/send-code.js'
import type { Verify, VerifyWithRequest } from '../passport/types.js'
import { sessionPlace } from '../pending/in-session.js'
import { tokenPlace } from '../pending/in-token.js'
import type { PendingPlace } from '../pending/storage.js'
import { MemoryStore } from '../stores/memory.js'
import type { ChallengeStore } from '../stores/store.js'
import { checkNames, describe, optionReader } from '../util/option-reader.js'
import type { AnyEmailOtpOptions } from './options.js'
import { type Purposes, readPurposes } from './purposes.js'
import { type Limits, type Reader, readLimits } from './read-limits.js'
import { readSecrets } from './secrets.js'

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
  'challenge',
  'sessionKey',
  'name',
  'origin',
  'trustedOrigins',
  'allowEmail',
  'accountKey',
  'knownDevices',
  'captchaPassed',
  'emailFromRequest',
  'subjectFromRequest',
  'purposes',
  'remember',
  'passReqToCallback',
  'onEvent',
] as const satisfies readonly (keyof AnyEmailOtpOptions)[]

/** What the options came to: checked, in milliseconds, and never changed again. */
export interface Settings extends Limits, Pick<AnyEmailOtpOptions, FunctionName> {
  readonly name: string
  /** The first makes codes; a pending state names the one that made its own. */
  readonly codeKeys: readonly [CodeKey, ...CodeKey[]]
  readonly addressKey: KeyObject
  readonly deviceKey: KeyObject
  readonly sendCode: SendCode
  readonly store: ChallengeStore
  readonly storeTimeoutMs: number
  readonly emailField: string
  readonly codeField: string
  readonly challenge: 'session' | 'token'
  readonly sessionKey: string
  /** Where what is pending waits. */
  readonly place: PendingPlace
  readonly origin: string | undefined
  readonly trustedOrigins: readonly string[]
  readonly knownDevices: boolean
  readonly purposes: Purposes
  readonly pressure: Pressure
  readonly passReqToCallback: boolean
  readonly verify: Verify | VerifyWithRequest
}

type FunctionName =
  | 'allowEmail'
  | 'accountKey'
  | 'captchaPassed'
  | 'emailFromRequest'
  | 'subjectFromRequest'
  | 'remember'
  | 'onEvent'

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
  const secrets = readSecrets(OWNER, options)
  const limits = readLimits(name, read)
  const places = readPlaces(name, read)
  const challenge = read.oneOf('challenge', ['session', 'token'])
  const pending = { name, ...secrets, ...limits, ...places }
  return Object.freeze({
    ...pending,
    sendCode: readSendCode(options, read),
    store: readStore(options, read),
    storeTimeoutMs:
      read.wholeNumber('storeTimeoutSeconds', { fallback: 2, min: 1, max: 10 }) * 1000,
    challenge,
    place: challenge === 'session' ? sessionPlace(pending) : tokenPlace(pending),
    ...readOrigins(options, read),
    ...readSubject(read),
    knownDevices: readKnownDevices(challenge, options, read),
    allowEmail: read.optionalFunction('allowEmail'),
    accountKey: read.optionalFunction('accountKey'),
    captchaPassed: read.optionalFunction('captchaPassed'),
    remember: read.optionalFunction('remember'),
    purposes: readPurposes(OWNER, options.purposes),
    pressure: new Pressure(),
    passReqToCallback: read.flag('passReqToCallback', false),
    onEvent: read.optionalFunction('onEvent'),
    verify,
  })
}

/** A code that belongs to a user must go to that user's address, never to one that was typed. */
function readSubject(read: Reader): Pick<Settings, 'emailFromRequest' | 'subjectFromRequest'> {
  const emailFromRequest = read.optionalFunction('emailFromRequest')
  const subjectFromRequest = read.optionalFunction('subjectFromRequest')
  if (subjectFromRequest && !emailFromRequest) {
    throw read.wrong(
      'emailFromRequest',
      undefined,
      'given beside subjectFromRequest, such as (req) => req.user?.email: a code that belongs to a ' +
        'user must go to the address of that user',
    )
  }
  return { emailFromRequest, subjectFromRequest }
}

/** A client without cookies can't show one. */
function readKnownDevices(
  challenge: Settings['challenge'],
  { knownDevices }: AnyEmailOtpOptions,
  read: Reader,
): boolean {
  const isOn = read.flag('knownDevices', challenge === 'session')
  if (!isOn || challenge === 'session') return isOn
  throw read.wrong('knownDevices', knownDevices, 'left out with challenge "token" (it is a cookie)')
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
