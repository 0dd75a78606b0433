import type { RequestLike, SubjectId, Verify, VerifyWithRequest } from '../passport/types.js'
import { MemoryStore } from '../stores/memory.js'
import type { ChallengeStore } from '../stores/store.js'
import { describe } from '../util/describe.js'
import { checkNames, optionReader } from '../util/option-reader.js'
import { OPTION_NAMES } from './options.js'
import { readPurposes } from './purposes.js'
import { readLimits } from './read-limits.js'
import type { Options, Reader } from './reader.js'
import { readSecrets } from './secrets.js'

const OWNER = 'EmailOtpStrategy'

/** Either kind of verify function. */
export type AnyVerify = Verify<SubjectId> | VerifyWithRequest<SubjectId, RequestLike>

/** The validated options, in milliseconds. They never change. */
export type Settings = ReturnType<typeof readSettings>

/** Validates all options. @throws TypeError that names the option, its value and what is expected. */
export function readSettings(options: Options, verify: AnyVerify) {
  checkNames(OWNER, options, Object.keys(OPTION_NAMES))
  if (typeof verify !== 'function') {
    throw new TypeError(
      `${OWNER}: the second argument must be the verify function, such as ` +
        `async (email) => users.findOrCreate(email); got ${describe(verify)}`,
    )
  }
  const read = optionReader(OWNER, options)
  const name = read.text('name', 'email-otp')
  const pendingIn = read.oneOf('pendingIn', ['session', 'token'])
  return Object.freeze({
    name,
    ...readSecrets(OWNER, options),
    ...readLimits(name, read),
    ...readFields(name, read),
    sendCode: readSendCode(options, read),
    store: readStore(options, read),
    storeTimeoutMs:
      read.wholeNumber('storeTimeoutSeconds', { fallback: 2, min: 1, max: 10 }) * 1000,
    pendingIn,
    ...readOrigins(options, read),
    ...readSubject(read),
    knownBrowsers: readKnownBrowsers(pendingIn, options, read),
    allowEmail: read.optionalFunction('allowEmail'),
    accountKey: read.optionalFunction('accountKey'),
    captchaPassed: read.optionalFunction('captchaPassed'),
    remember: read.optionalFunction('remember'),
    purposes: readPurposes(OWNER, options.purposes),
    passReqToCallback: read.flag('passReqToCallback', false),
    onEvent: read.optionalFunction('onEvent'),
    verify,
  })
}

/** A code that belongs to a user must be sent to that user's address, never to one from the body. */
function readSubject(read: Reader) {
  const emailFromRequest = read.optionalFunction('emailFromRequest')
  const subjectFromRequest = read.optionalFunction('subjectFromRequest')
  if (subjectFromRequest && !emailFromRequest) {
    throw read.wrong(
      'emailFromRequest',
      undefined,
      'given beside subjectFromRequest, such as (req) => req.user?.email: a code that belongs to a ' +
        'user must be sent to the address of that user',
    )
  }
  return { emailFromRequest, subjectFromRequest }
}

/** A client without cookies cannot show one. */
function readKnownBrowsers(
  pendingIn: 'session' | 'token',
  { knownBrowsers }: Options,
  read: Reader,
): boolean {
  const isOn = read.flag('knownBrowsers', pendingIn === 'session')
  if (!isOn || pendingIn === 'session') return isOn
  throw read.wrong(
    'knownBrowsers',
    knownBrowsers,
    'left out with pendingIn "token" (it is a cookie)',
  )
}

function readSendCode({ sendCode }: Options, read: Reader): Options['sendCode'] {
  if (typeof sendCode === 'function') return sendCode
  throw read.wrong('sendCode', sendCode, 'a function that delivers a code, such as mailer({ … })')
}

function readStore({ store }: Options, read: Reader): ChallengeStore {
  if (store === undefined) return new MemoryStore()
  const verbs = ['open', 'attempt', 'cancel'] as const
  if (store !== null && verbs.every((verb) => typeof store[verb] === 'function')) return store
  throw read.wrong('store', store, 'a store with the methods open, attempt and cancel')
}

/** Properties of a session that Passport uses, or that belong to the session itself. */
const TAKEN_SESSION_KEYS = [
  ...['passport', 'messages', 'flash', 'returnTo'],
  ...['cookie', 'id', 'req', 'save', 'regenerate', 'reload', 'destroy', 'touch', 'resetMaxAge'],
]

/** The names of fields in a body and of the property in a session. */
function readFields(name: string, read: Reader) {
  const emailField = read.text('emailField', 'email')
  const codeField = read.text('codeField', 'code')
  const sessionKey = read.text('sessionKey', name)
  if (codeField === emailField) {
    throw read.wrong('codeField', codeField, 'another name than emailField')
  }
  if (TAKEN_SESSION_KEYS.includes(sessionKey) || sessionKey in Object.prototype) {
    const taken = TAKEN_SESSION_KEYS.join(', ')
    throw read.wrong('sessionKey', sessionKey, `a name that a session does not use (${taken}, …)`)
  }
  return { emailField, codeField, sessionKey }
}

function readOrigins({ origin, trustedOrigins = [] }: Options, read: Reader) {
  const expected = 'a bare origin, such as "https://app.example.com" (no path, no slash at the end)'
  if (origin !== undefined && !isBareOrigin(origin)) {
    throw read.wrong('origin', origin, expected)
  }
  if (!Array.isArray(trustedOrigins) || !trustedOrigins.every(isBareOrigin)) {
    throw read.wrong('trustedOrigins', trustedOrigins, `an array of origins, each ${expected}`)
  }
  return { origin, trustedOrigins: [...trustedOrigins] as readonly string[] }
}

function isBareOrigin(value: unknown): boolean {
  if (typeof value !== 'string' || !URL.canParse(value)) return false
  return /^https?:/.test(value) && new URL(value).origin === value
}
