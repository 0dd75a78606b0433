import { inspect } from 'node:util'
import { type EmailOtpOptions, MemoryStore, Strategy } from 'passport-email-otp'
import { describe, expect, it } from 'vitest'
import type { Options } from '../src/options/reader.js'
import { type AnyVerify, readSettings } from '../src/options/settings.js'

const SECRET = 'a secret for tests, 0123456789 and more of it'
const OTHER = 'another one for tests, 9876543210 and so on..'
const verify = async (email: string) => ({ email })
const sendCode = async () => {}

/** Constructs a strategy with options of any type, as JavaScript can. */
function make(options: object): Strategy {
  return new Strategy({ secret: SECRET, sendCode, ...options } as EmailOtpOptions, verify)
}

function settingsOf(options: Partial<Options> = {}) {
  return readSettings({ secret: SECRET, sendCode, ...options } as Options, verify as AnyVerify)
}

describe('the defaults', () => {
  it('are what the README says', () => {
    expect(settingsOf()).toMatchObject({
      name: 'email-otp',
      digits: 6,
      ttlMs: 600_000,
      maxAttempts: 5,
      spacingMs: 30_000,
      budgets: {
        stranger: { key: 'email-otp/stranger', burst: 5, refillMs: 5_400_000 },
        knownBrowser: { key: 'email-otp/device', burst: 5, refillMs: 5_400_000 },
        captcha: { key: 'email-otp/captcha', burst: 5, refillMs: 5_400_000 },
      },
      storeTimeoutMs: 2000,
      emailField: 'email',
      codeField: 'code',
      sessionKey: 'email-otp',
      origin: undefined,
      trustedOrigins: [],
      pendingIn: 'session',
      knownBrowsers: true,
      passReqToCallback: false,
    })
    expect(settingsOf().store).toBeInstanceOf(MemoryStore)
  })

  it('hold where an option is undefined', () => {
    expect(make({ digits: undefined, store: undefined, name: undefined }).name).toBe('email-otp')
  })

  it('follow the name', () => {
    const { name, sessionKey, budgets } = settingsOf({ name: 'admin' })
    expect([name, sessionKey]).toEqual(['admin', 'admin'])
    expect(Object.values(budgets).map(({ key }) => key)).toEqual([
      'admin/stranger',
      'admin/device',
      'admin/captcha',
    ])
  })

  it('give each strategy a memory store of its own', () => {
    expect(settingsOf().store).not.toBe(settingsOf().store)
  })
})

describe('a number', () => {
  it.each([
    ['digits', 6, 10],
    ['ttlSeconds', 60, 600],
    ['maxAttempts', 1, 10],
    ['resendAfterSeconds', 10, 300],
    ['maxSendsPerHour', 1, 20],
    ['maxSendsPerDay', 5, 28],
    ['storeTimeoutSeconds', 1, 10],
  ])('%s is from %i to %i', (name, min, max) => {
    const expected = `"${name}" must be a whole number from ${min} to ${max}; got `
    for (const value of [min, max]) expect(() => make({ [name]: value })).not.toThrow()
    for (const value of [min - 1, max + 1, min + 0.5, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => make({ [name]: value })).toThrow(
        new TypeError(`EmailOtpStrategy: option ${expected}${value}`),
      )
    }
    for (const value of [`${min}`, null, true, [min], {}]) {
      expect(() => make({ [name]: value })).toThrow(expected)
    }
    expect(() => make({ [name]: 0 })).toThrow(TypeError)
    expect(() => make({ [name]: false })).toThrow(TypeError)
  })

  it('resendAfterSeconds is at most half of ttlSeconds', () => {
    expect(() => make({ ttlSeconds: 61, resendAfterSeconds: 30 })).not.toThrow()
    expect(() => make({ ttlSeconds: 61, resendAfterSeconds: 31 })).toThrow(
      'option "resendAfterSeconds" must be a whole number from 10 to 30; got 31',
    )
  })

  it('maxSendsPerDay is from maxSendsPerHour to 23 more', () => {
    for (const maxSendsPerDay of [3, 26]) {
      expect(() => make({ maxSendsPerHour: 3, maxSendsPerDay })).not.toThrow()
    }
    for (const maxSendsPerDay of [2, 27]) {
      expect(() => make({ maxSendsPerHour: 3, maxSendsPerDay })).toThrow('from 3 to 26')
    }
  })

  it('maxAttempts times maxSendsPerDay is at most 200', () => {
    expect(() => make({ maxAttempts: 10, maxSendsPerDay: 20 })).not.toThrow()
    expect(() => make({ maxAttempts: 10, maxSendsPerDay: 21 })).toThrow(
      'option "maxAttempts" must be at most 9 with maxSendsPerDay 21 (together at most 200 guesses a day',
    )
  })
})

describe('a secret', () => {
  it.each([
    [undefined, '"secret" is missing; it must be at least 32 bytes'],
    [null, 'got a value of type object'],
    ['short', 'got a string of 5 bytes'],
    ['0123456789abcdef0123456789abcde', 'got a string of 31 bytes'],
    ['abcdefg'.repeat(9), 'at least 32 bytes and 8 different ones'],
    [Buffer.alloc(31, 'abcdefghijk'), 'got a buffer of 31 bytes'],
    [Buffer.alloc(64), '8 different ones'],
    [[], '"secret"'],
    [42, 'got a value of type number'],
  ])('is strong, or the error says how to make one: %#', (secret, message) => {
    const options = { secret, counterSecret: SECRET }
    expect(() => make(options)).toThrow(message)
    expect(() => make(options)).toThrow('openssl rand -base64 32')
    expect(() => make(options)).toThrow(TypeError)
  })

  it('counts in UTF-8 bytes', () => {
    expect(() => make({ secret: 'äöüßéèêâîôûçñøåæ' })).not.toThrow()
  })

  it('may be bytes', () => {
    expect(settingsOf({ secret: Buffer.from(SECRET) }).codeKeys[0].kid).toBe(
      settingsOf().codeKeys[0].kid,
    )
  })

  it('as an array needs a counterSecret, or counts would not survive the rotation', () => {
    expect(() => make({ secret: [OTHER, SECRET] })).toThrow('"counterSecret" is missing')
    const { codeKeys, addressHashKey } = settingsOf({
      secret: [OTHER, SECRET],
      counterSecret: SECRET,
    })
    expect(codeKeys.map(({ kid }) => kid)).toEqual([
      settingsOf({ secret: OTHER }).codeKeys[0].kid,
      settingsOf().codeKeys[0].kid,
    ])
    expect(addressHashKey.equals(settingsOf().addressHashKey)).toBe(true)
  })

  it('may not stand twice in the array', () => {
    expect(() => make({ secret: [SECRET, SECRET], counterSecret: SECRET })).toThrow('that differ')
  })

  it('for counters is as strong', () => {
    expect(() => make({ counterSecret: 'short' })).toThrow(
      '"counterSecret" must be at least 32 bytes',
    )
  })

  it('is never shown, neither in an error nor by looking at the strategy', () => {
    const weak = 'aaaabbbbccccdddd'.repeat(4)
    expect(() => make({ secret: weak })).toThrow(
      expect.not.objectContaining({ message: expect.stringContaining('aaaabbbb') }),
    )
    const strategy = make({})
    const shown = [
      JSON.stringify(strategy),
      inspect(strategy, { showHidden: true, depth: 12, maxArrayLength: null }),
    ]
    const bytes = [...Buffer.from(SECRET)].map((byte) => byte.toString(16).padStart(2, '0'))
    for (const text of shown) {
      expect(text).not.toContain(SECRET)
      expect(text).not.toContain(bytes.join(' '))
      expect(text).not.toContain(bytes.join(''))
    }
  })
})

describe('an option', () => {
  it.each([
    ['ttl', 'ttlSeconds'],
    ['sceret', 'secret'],
    ['stroe', 'store'],
    ['secrets', 'secret'],
    ['Digits', 'digits'],
    ['maxAttempt', 'maxAttempts'],
    ['max_attempts', 'maxAttempts'],
    ['resendAfter', 'resendAfterSeconds'],
    ['sendCod', 'sendCode'],
    ['trustedOrigin', 'trustedOrigins'],
    ['onEvents', 'onEvent'],
    ['purpose', 'purposes'],
    ['knownBrowser', 'knownBrowsers'],
    ['usernameField', undefined],
    ['passwordField', undefined],
  ])('of an unknown name is refused, with the near miss: %s', (name, near) => {
    const attempt = () => make({ [name]: 1 })
    expect(attempt).toThrow(TypeError)
    expect(attempt).toThrow(`EmailOtpStrategy: unknown option "${name}".`)
    expect(attempt).toThrow(near ? `Did you mean "${near}"?` : 'Known options: secret,')
  })

  it.each([
    [{ sendCode: undefined }, '"sendCode" is missing; it must be a function that delivers a code'],
    [{ sendCode: 'smtp://x' }, '"sendCode" must be a function that delivers a code'],
    [{ store: {} }, '"store" must be a store with the methods open, attempt and cancel'],
    [{ pendingIn: 'cookie' }, '"pendingIn" must be "session" or "token"'],
    [{ pendingIn: 'token', knownBrowsers: true }, '"knownBrowsers" must be left out'],
    [{ subjectFromRequest: () => '1' }, '"emailFromRequest" is missing'],
    [{ purposes: { login: 'sign in' } }, '"purposes"'],
    [{ purposes: { 'Change E-Mail': 'x' } }, '"purposes"'],
    [{ purposes: { pay: 'pay 1000' } }, '"purposes"'],
    [{ purposes: { pay: 'pay\nnow' } }, '"purposes"'],
    [{ purposes: { pay: ' ' } }, '"purposes"'],
    [{ purposes: ['pay'] }, '"purposes"'],
    [{ store: null }, '"store" must be a store'],
    [{ store: { open() {}, attempt() {} } }, '"store" must be a store'],
    [{ name: '' }, '"name" must be a string that is not empty; got ""'],
    [{ name: 5 }, '"name" must be a string that is not empty; got 5'],
    [{ emailField: '' }, '"emailField"'],
    [{ codeField: 'email' }, '"codeField" must be another name than emailField; got "email"'],
    [
      { sessionKey: 'passport' },
      '"sessionKey" must be a name that a session does not use (passport, messages',
    ],
    [{ sessionKey: '__proto__' }, '"sessionKey"'],
    [{ sessionKey: 'save' }, '"sessionKey"'],
    [{ sessionKey: 'constructor' }, '"sessionKey"'],
    [{ name: 'passport' }, '"sessionKey"'],
    [
      { origin: 'https://app.example/' },
      '"origin" must be a bare origin, such as "https://app.example.com"',
    ],
    [{ origin: 'app.example' }, 'got "app.example"'],
    [{ origin: 'ftp://app.example' }, '"origin"'],
    [{ origin: null }, '"origin"'],
    [{ trustedOrigins: 'https://a.example' }, '"trustedOrigins" must be an array of origins'],
    [{ trustedOrigins: ['https://a.example/x'] }, '"trustedOrigins"'],
    [{ allowEmail: true }, '"allowEmail" must be a function; got true'],
    [{ onEvent: {} }, '"onEvent" must be a function; got an object'],
    [{ passReqToCallback: 1 }, '"passReqToCallback" must be true or false; got 1'],
  ])('that is wrong is named, with what was given and what is expected: %j', (options, message) => {
    expect(() => make(options)).toThrow(TypeError)
    expect(() => make(options)).toThrow(message)
  })

  it('is taken as given where it is right', () => {
    const options = {
      origin: 'https://app.example:8443',
      trustedOrigins: ['http://localhost:3000'],
    }
    expect(settingsOf(options)).toMatchObject(options)
  })

  it('is read once: changing the object afterwards changes nothing', () => {
    const options = { trustedOrigins: ['https://a.example'] }
    const settings = settingsOf(options)
    options.trustedOrigins.push('https://evil.example')
    expect(settings.trustedOrigins).toEqual(['https://a.example'])
  })
})

describe('the constructor', () => {
  it.each([[undefined], [null], ['x'], [[]]])(
    'refuses options that are no object: %j',
    (options) => {
      const attempt = () => new Strategy(options as never, verify)
      expect(attempt).toThrow('EmailOtpStrategy: expected an object of options')
    },
  )

  it('refuses a missing verify function', () => {
    const attempt = () => new Strategy({ secret: SECRET, sendCode }, undefined as never)
    expect(attempt).toThrow('the second argument must be the verify function')
  })
})
