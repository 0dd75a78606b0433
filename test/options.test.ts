import { inspect } from 'node:util'
import { type EmailOtpOptions, MemoryStore, mailer, Strategy } from 'passport-email-otp'
import { describe, expect, it } from 'vitest'
import type { Options } from '../src/options/reader.js'
import { type AnyVerify, readSettings } from '../src/options/settings.js'
import { expectNamed, expectRejected, messageOf } from './helpers/rejects-option.js'

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
  it('are what the documentation says', () => {
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
    for (const value of [min, max]) expect(() => make({ [name]: value })).not.toThrow()
    for (const value of [min - 1, max + 1, min + 0.5, Number.NaN, Number.POSITIVE_INFINITY]) {
      expectRejected(() => make({ [name]: value }), name, 'EmailOtpStrategy', min, max, `${value}`)
    }
    for (const value of [`${min}`, null, true, [min], {}]) {
      expectRejected(() => make({ [name]: value }), name, min, max)
    }
    expectRejected(() => make({ [name]: 0 }), name)
    expectRejected(() => make({ [name]: false }), name)
  })

  it('resendAfterSeconds is at most half of ttlSeconds', () => {
    expect(() => make({ ttlSeconds: 61, resendAfterSeconds: 30 })).not.toThrow()
    expectRejected(() => make({ ttlSeconds: 61, resendAfterSeconds: 31 }), 'resendAfterSeconds')
  })

  it('maxSendsPerDay is from maxSendsPerHour to 23 more', () => {
    for (const maxSendsPerDay of [3, 26]) {
      expect(() => make({ maxSendsPerHour: 3, maxSendsPerDay })).not.toThrow()
    }
    for (const maxSendsPerDay of [2, 27]) {
      expectRejected(() => make({ maxSendsPerHour: 3, maxSendsPerDay }), 'maxSendsPerDay')
    }
  })

  it('maxAttempts times maxSendsPerDay is at most 200', () => {
    expect(() => make({ maxAttempts: 10, maxSendsPerDay: 20 })).not.toThrow()
    expectRejected(() => make({ maxAttempts: 10, maxSendsPerDay: 21 }), 'maxAttempts')
  })
})

describe('a secret', () => {
  it.each([
    ...[undefined, null, 'short', '0123456789abcdef0123456789abcde', 'abcdefg'.repeat(9), [], 42],
    ...[Buffer.alloc(31, 'abcdefghijk'), Buffer.alloc(64)],
  ])('is strong, or the error says how to make one: %#', (secret) => {
    const attempt = () => make({ secret, counterSecret: SECRET })
    expectRejected(attempt, 'secret', 'openssl rand -base64 32')
    const behindAnother = () => make({ secret: [OTHER, secret], counterSecret: SECRET })
    expectRejected(behindAnother, 'secret')
    expect(behindAnother).not.toThrow(OTHER)
    if (secret !== undefined) expectRejected(() => make({ counterSecret: secret }), 'counterSecret')
  })

  it.each([`${SECRET}\n`, ` ${SECRET}`, `${SECRET}\u00a0`])(
    'has no white space at its ends, as a file’s line end, and no error quotes it: %#',
    (secret) => {
      for (const [option, options] of [
        ['secret', { secret }],
        ['secret', { secret: [OTHER, secret], counterSecret: OTHER }],
        ['counterSecret', { counterSecret: secret }],
      ] as const) {
        expectRejected(() => make(options), option)
        expect(() => make(options)).not.toThrow(SECRET)
      }
    },
  )

  it('counts in UTF-8 bytes', () => {
    expect(() => make({ secret: 'äöüßéèêâîôûçñøåæ' })).not.toThrow()
  })

  it('may be bytes', () => {
    expect(settingsOf({ secret: Buffer.from(SECRET) }).codeKeys[0].kid).toBe(
      settingsOf().codeKeys[0].kid,
    )
  })

  it('as an array needs a counterSecret, or counts would not survive the rotation', () => {
    expectRejected(() => make({ secret: [OTHER, SECRET] }), 'counterSecret')
    expectRejected(() => make({ secret: [SECRET] }), 'counterSecret')
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
    expectRejected(() => make({ secret: [SECRET, SECRET], counterSecret: SECRET }), 'secret')
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
    expectRejected(attempt, name)
    if (near) expectRejected(attempt, near)
  })

  it.each([
    [{ sendCode: undefined }, 'sendCode'],
    [{ sendCode: 'smtp://x' }, 'sendCode'],
    [{ sendCode: mailer }, 'sendCode'],
    [{ store: {} }, 'store'],
    [{ pendingIn: 'cookie' }, 'pendingIn'],
    [{ pendingIn: 'token', knownBrowsers: true }, 'knownBrowsers'],
    [{ subjectFromRequest: () => '1' }, 'emailFromRequest'],
    [{ store: null }, 'store'],
    [{ store: { open() {}, attempt() {} } }, 'store'],
    [{ name: '' }, 'name'],
    [{ name: 5 }, 'name'],
    [{ emailField: '' }, 'emailField'],
    [{ codeField: 'email' }, 'codeField'],
    [{ codeField: 'pendingId' }, 'codeField'],
    [{ codeField: 'trustBrowser' }, 'codeField'],
    [{ emailField: 'challengeToken' }, 'emailField'],
    [{ origin: 'https://*.example' }, 'origin'],
    [{ trustedOrigins: ['https://*.example'] }, 'trustedOrigins'],
    [{ sessionKey: 'passport' }, 'sessionKey'],
    [{ sessionKey: '__proto__' }, 'sessionKey'],
    [{ sessionKey: 'save' }, 'sessionKey'],
    [{ sessionKey: 'constructor' }, 'sessionKey'],
    [{ name: 'passport' }, 'sessionKey'],
    [{ origin: 'https://app.example/' }, 'origin'],
    [{ origin: 'app.example' }, 'origin'],
    [{ origin: 'ftp://app.example' }, 'origin'],
    [{ origin: null }, 'origin'],
    [{ trustedOrigins: 'https://a.example' }, 'trustedOrigins'],
    [{ trustedOrigins: ['https://a.example/x'] }, 'trustedOrigins'],
    [{ origin: 'capacitor://localhost' }, 'origin'],
    [{ allowEmail: true }, 'allowEmail'],
    [{ accountKey: 'x' }, 'accountKey'],
    [{ knownBrowsers: 1 }, 'knownBrowsers'],
    [{ captchaPassed: true }, 'captchaPassed'],
    [{ emailFromRequest: 'email' }, 'emailFromRequest'],
    [{ subjectFromRequest: 'id' }, 'subjectFromRequest'],
    [{ trustedBrowsers: true }, 'trustedBrowsers'],
    [{ purposes: { login: 'sign in' } }, 'purposes'],
    [{ locale: 'de' }, 'locale'],
    [{ remember: {} }, 'remember'],
    [{ afterResponse: {} }, 'afterResponse'],
    [{ onEvent: {} }, 'onEvent'],
    [{ passReqToCallback: 1 }, 'passReqToCallback'],
  ])('that is wrong is named: %j', (options, option) => {
    expectRejected(() => make(options), option)
  })

  it.each([
    ...['null', '', '*', 'capacitor://', 'capacitor://localhost/', 'capacitor://localhost?x'],
    ...['capacitor://localhost#x', 'capacitor://me@localhost', 'capacitor:localhost'],
    ...['CAPACITOR://localhost', 'capacitor://*', ' capacitor://localhost'],
    ...['file://localhost', 'file:///', 'data://x', 'javascript://localhost', 'blob://localhost'],
    ...['ftp://localhost', 'ws://localhost', 'wss://localhost', 'https://A.example'],
  ])('refuses %j as a trusted origin', (origin) => {
    expectRejected(() => make({ trustedOrigins: [origin] }), 'trustedOrigins')
  })

  it.each([
    ['', '""'],
    ['https://a.example/', '"https://a.example/"'],
    [undefined, 'undefined'],
  ])('shows which trusted origin is wrong: %j', (origin, shown) => {
    const trustedOrigins = ['https://app.example', origin as string]
    expectRejected(() => make({ trustedOrigins }), 'trustedOrigins', shown)
  })

  it('sees a hole among trusted origins', () => {
    const trustedOrigins = Array.from<string>({ length: 2 })
    trustedOrigins[1] = 'https://app.example'
    delete trustedOrigins[0]
    expectRejected(() => make({ trustedOrigins }), 'trustedOrigins')
  })

  it('is taken as given where it is right', () => {
    const options = {
      origin: 'https://app.example:8443',
      trustedOrigins: [
        'http://localhost:3000',
        'capacitor://localhost',
        'ionic://localhost',
        'tauri://localhost',
        'https://tauri.localhost',
        'chrome-extension://abcdefghijklmnopabcdefghijklmnop',
        'moz-extension://8c0f1b1e-2e1c-4c37-9a43-1f2c6a3a1a55',
        'safari-web-extension://8C0F1B1E-2E1C-4C37-9A43-1F2C6A3A1A55',
        'app://localhost:8080',
      ],
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
      expect(attempt).toThrow(TypeError)
    },
  )

  it('says that mailer has to be called', () => {
    expectRejected(() => make({ sendCode: mailer }), 'sendCode', 'mailer({')
    const transport = 'smtp://127.0.0.1:1'
    expect(() => make({ sendCode: mailer({ transport, from: 'a@acme.example' }) })).not.toThrow()
  })

  it.each([
    ['(req, email, done)', false, (_req: unknown, _email: unknown, _done: unknown) => {}],
    [
      '(req, email, password, done)',
      true,
      (_r: unknown, _e: unknown, _p: unknown, _d: unknown) => {},
    ],
  ])('refuses a verify function that takes %s with passReqToCallback: %s', (_, flag, verify) => {
    const options = { secret: SECRET, sendCode, passReqToCallback: flag } as EmailOtpOptions
    const attempt = () => new Strategy(options, verify as never)
    expect(attempt).toThrow(TypeError)
    expectNamed(messageOf(attempt), 'passReqToCallback', verify.length)
  })

  it.each([
    [false, (_email: unknown, _done: unknown) => {}],
    [false, (..._args: unknown[]) => {}],
    [true, (_req: unknown, _email: unknown, _done: unknown) => {}],
    [true, (..._args: unknown[]) => {}],
  ])('takes a verify function with no more parameters than arguments: %s, %o', (flag, verify) => {
    const options = { secret: SECRET, sendCode, passReqToCallback: flag } as EmailOtpOptions
    expect(() => new Strategy(options, verify as never)).not.toThrow()
  })

  it('refuses a missing verify function', () => {
    const attempt = () => new Strategy({ secret: SECRET, sendCode }, undefined as never)
    expect(attempt).toThrow(TypeError)
  })
})
