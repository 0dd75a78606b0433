import { PENDING_ID_FIELD, TRUST_FIELD } from '../http/body.js'
import { readLanguages } from '../languages/read-languages.js'
import { checkLink } from '../mail/link.js'
import type { RequestLike, SubjectId, Verify, VerifyWithRequest } from '../passport/types.js'
import { TOKEN_FIELD } from '../pending/in-token.js'
import { MemoryStore } from '../stores/memory.js'
import type { ChallengeStore } from '../stores/store.js'
import { describe } from '../util/describe.js'
import { checkNames, optionReader } from '../util/option-reader.js'
import { member, own } from '../util/own.js'
import { setUpError } from '../util/set-up-error.js'
import { LINK, MAKES_MAILERS } from '../util/shared-symbols.js'
import { OPTION_NAMES } from './option-names.js'
import { readOrigins } from './origins.js'
import { readPurposes } from './purposes.js'
import { readLimits } from './read-limits.js'
import type { Options, Reader } from './reader.js'
import { readSecrets } from './secrets.js'
import { readTrustedBrowsers } from './trusted-browsers.js'

const OWNER = 'EmailOtpStrategy'

/** Either kind of verify function. */
export type AnyVerify = Verify<SubjectId> | VerifyWithRequest<SubjectId, RequestLike>

/** The validated options, in milliseconds. They never change. */
export type Settings = ReturnType<typeof readSettings>

/** Validates all options. @throws TypeError that names the option, its value and what is expected. */
export function readSettings(options: Options, verify: AnyVerify) {
  checkNames(OWNER, options, Object.keys(OPTION_NAMES))
  if (typeof verify !== 'function') {
    throw setUpError(
      `${OWNER}: the second argument must be the verify function, such as ` +
        `async (email) => users.findOrCreate(email); got ${describe(verify)}`,
    )
  }
  const read = optionReader(OWNER, options)
  const passReqToCallback = read.flag('passReqToCallback', false)
  checkParameters(verify, passReqToCallback)
  const name = read.text('name', 'email-otp')
  const pendingIn = read.oneOf('pendingIn', ['session', 'token'])
  const languages = readLanguages(OWNER, read.value('languages'))
  const origins = readOrigins(read)
  const recipient = readSubject(read)
  return Object.freeze({
    name,
    ...readSecrets(OWNER, read),
    ...readLimits(name, read),
    ...readFields(name, read),
    sendCode: readSendCode(read, origins.origin),
    store: readStore(read),
    storeTimeoutMs:
      read.wholeNumber('storeTimeoutSeconds', { fallback: 2, min: 1, max: 10 }) * 1000,
    pendingIn,
    ...origins,
    ...recipient,
    trustedBrowsers: readTrustedBrowsers(OWNER, read.value('trustedBrowsers'), {
      pendingIn,
      hasSubject: recipient.subjectFromRequest !== undefined,
    }),
    knownBrowsers: readKnownBrowsers(pendingIn, read),
    allowEmail: read.optionalFunction('allowEmail'),
    accountKey: read.optionalFunction('accountKey'),
    captchaPassed: read.optionalFunction('captchaPassed'),
    remember: read.optionalFunction('remember'),
    languages,
    locale: read.optionalFunction('locale'),
    purposes: readPurposes(OWNER, read.value('purposes'), languages),
    passReqToCallback,
    afterResponse: read.optionalFunction('afterResponse'),
    onEvent: read.optionalFunction('onEvent'),
    verify,
  })
}

/**
 * A function with more parameters than it is called with takes something else for `done`, which would only show once a
 * right code is used up. One that takes its arguments as a list has the length 0.
 */
function checkParameters(verify: AnyVerify, passReqToCallback: boolean): void {
  if (verify.length <= (passReqToCallback ? 3 : 2)) return
  throw setUpError(
    `${OWNER}: the verify function takes (email, done), or (req, email, done) with ` +
      `passReqToCallback: true; got one with ${verify.length} parameters and passReqToCallback: ${passReqToCallback}`,
  )
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
function readKnownBrowsers(pendingIn: 'session' | 'token', read: Reader): boolean {
  const isOn = read.flag('knownBrowsers', pendingIn === 'session')
  if (!isOn || pendingIn === 'session') return isOn
  throw read.wrong('knownBrowsers', isOn, 'left out with pendingIn "token" (it is a cookie)')
}

function readSendCode(read: Reader, origin: string | undefined): Options['sendCode'] {
  const sendCode = read.value('sendCode')
  if (typeof sendCode !== 'function') {
    throw read.wrong('sendCode', sendCode, 'a function that delivers a code, such as mailer({ … })')
  }
  if (own(sendCode, MAKES_MAILERS)) {
    throw setUpError(
      `${OWNER}: option "sendCode" is mailer itself; call it: mailer({ transport, from })`,
    )
  }
  checkLink(own(sendCode, LINK) as string | undefined, origin)
  return sendCode as Options['sendCode']
}

function readStore(read: Reader): ChallengeStore {
  const store = read.value('store')
  if (store === undefined) return new MemoryStore()
  const verbs = ['open', 'attempt', 'cancel'] as const
  if (verbs.every((verb) => typeof member(store, verb) === 'function'))
    return store as ChallengeStore
  throw read.wrong('store', store, 'a store with the methods open, attempt and cancel')
}

/** Properties of a session that Passport uses, or that belong to the session itself. */
const TAKEN_SESSION_KEYS = [
  ...['passport', 'messages', 'flash', 'returnTo'],
  ...['cookie', 'id', 'req', 'save', 'regenerate', 'reload', 'destroy', 'touch', 'resetMaxAge'],
]

/** Fields of a body that mean something else. */
const TAKEN_FIELDS = [PENDING_ID_FIELD, TRUST_FIELD, TOKEN_FIELD]

/** The names of fields in a body and of the property in a session. */
function readFields(name: string, read: Reader) {
  const emailField = read.text('emailField', 'email')
  const codeField = read.text('codeField', 'code')
  const sessionKey = read.text('sessionKey', name)
  if (codeField === emailField) {
    throw read.wrong('codeField', codeField, 'another name than emailField')
  }
  for (const option of ['emailField', 'codeField'] as const) {
    const field = { emailField, codeField }[option]
    if (TAKEN_FIELDS.includes(field)) {
      throw read.wrong(option, field, `another name than ${TAKEN_FIELDS.join(', ')}`)
    }
  }
  if (TAKEN_SESSION_KEYS.includes(sessionKey) || sessionKey in Object.prototype) {
    const taken = TAKEN_SESSION_KEYS.join(', ')
    throw read.wrong('sessionKey', sessionKey, `a name that a session does not use (${taken}, …)`)
  }
  return { emailField, codeField, sessionKey }
}
