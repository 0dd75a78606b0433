import {
  type CodeMail,
  EmailOtpError,
  type EmailOtpErrorCode,
  type EmailOtpEvent,
  type EmailOtpOptions,
  type MailerOptions,
  MemoryStore,
  type MemoryStoreOptions,
  mailer,
  type Reason,
  Strategy,
  statusOf,
} from 'passport-email-otp'
import { describe, expect, it } from 'vitest'
import { tell } from '../../src/flow/tell.js'
import {
  accepted,
  codeSent,
  infoFor,
  invalidCode,
  invalidEmail,
  malformedCode,
  rateLimited,
  type Untold,
} from '../../src/info.js'
import { en } from '../../src/languages/en.js'
import { writeMessage } from '../../src/mail/message.js'
import { type AnyVerify, readSettings } from '../../src/options/settings.js'
import { bare, Document } from '../helpers/documents.js'
import { wrongCode } from '../helpers/wrong-code.js'

const options = new Document('docs/reference/options.md')
const mail = new Document('docs/guides/send-mail.md')
const SECRET = 'a secret for tests, 0123456789 and more of it'
const OTHER = 'another one for tests, 9876543210 and so on..'
const sendCode = async () => {}
const verify = async (email: string) => ({ email })

function make(options: object): Strategy {
  return new Strategy({ secret: SECRET, sendCode, ...options } as EmailOtpOptions, verify)
}

function settingsOf(options: object) {
  const { codeKeys, addressHashKey, browserKey, store, ...settings } = readSettings(
    { secret: SECRET, sendCode, ...options },
    verify as AnyVerify,
  )
  return {
    ...settings,
    kids: codeKeys.map(({ kid }) => kid),
    addressHashKey: addressHashKey.export(),
  }
}

/** What a constructor says when it is given a name that it doesn't know: all that it knows. */
function knownNames(construct: () => unknown): string[] {
  try {
    construct()
  } catch (err) {
    return (err as Error).message.replace(/^.*Known options: /, '').split(', ')
  }
  throw new Error('an unknown option was taken')
}

/** A value in a table, as JavaScript. */
function valueIn(cell: string | undefined): unknown {
  const text = bare(cell)
  return text.startsWith("'") ? text.slice(1, -1) : JSON.parse(text)
}

/** The numbers of "10 to 300, at most …"; `undefined` for other ranges. */
function rangeIn(cell = ''): { min: number; max: number } | undefined {
  const [, min, max] = /^(\d+) to (\d+)(?! characters)/.exec(cell) ?? []
  return min === undefined ? undefined : { min: Number(min), max: Number(max) }
}

describe('the table of options', () => {
  const rows = options.table('The strategy')
  const row = (name: keyof EmailOtpOptions) => rows.find(({ option }) => bare(option) === name)

  it('names each option of the strategy, and no other', () => {
    const names = knownNames(() => make({ zzzzzzzz: 1 }))
    expect(rows.map(({ option }) => bare(option))).toEqual(names)
  })

  it.each(rows.map((row) => [bare(row.option), row] as const))(
    '%s has its default',
    (name, { default: cell }) => {
      if (cell === 'required') {
        expect(() => make({ [name]: undefined })).toThrow(`option "${name}" is missing`)
      } else if (cell === 'none') {
        expect(settingsOf({ [name]: undefined })).toEqual(settingsOf({}))
        expect([undefined, []]).toContainEqual(settingsOf({})[name as 'origin'])
      } else if (cell?.startsWith('`')) {
        expect(settingsOf({ [name]: valueIn(cell) })).toEqual(settingsOf({}))
      } else {
        expect(['counterSecret', 'store', 'sessionKey', 'languages']).toContain(name)
      }
    },
  )

  it('has the defaults that are no values', () => {
    expect(row('counterSecret')?.default).toBe('the `secret`')
    expect(settingsOf({ counterSecret: SECRET })).toEqual(settingsOf({}))
    expect(settingsOf({ counterSecret: OTHER })).not.toEqual(settingsOf({}))
    expect(row('sessionKey')?.default).toBe('the `name`')
    expect(settingsOf({ name: 'admin', sessionKey: 'admin' })).toEqual(
      settingsOf({ name: 'admin' }),
    )
    expect(row('languages')?.default).toBe('English')
    expect(settingsOf({ languages: [en] })).toEqual(settingsOf({}))
    expect(row('store')?.default).toBe('a `MemoryStore` of its own')
    const { store } = readSettings({ secret: SECRET, sendCode }, verify as AnyVerify)
    expect(store).toBeInstanceOf(MemoryStore)
  })

  const numbers = rows.flatMap(({ option, range }) => {
    const limits = rangeIn(range)
    return limits ? [{ name: bare(option), ...limits }] : []
  })

  it('has a range for each number but one', () => {
    expect(numbers.map(({ name }) => name)).toEqual([
      'digits',
      'ttlSeconds',
      'maxAttempts',
      'resendAfterSeconds',
      'maxSendsPerHour',
      'storeTimeoutSeconds',
    ])
  })

  it.each(numbers)('$name goes from $min to $max', ({ name, min, max }) => {
    for (const value of [min, max]) expect(() => make({ [name]: value })).not.toThrow()
    for (const value of [min - 1, max + 1]) {
      expect(() => make({ [name]: value })).toThrow(`option "${name}" must be`)
    }
  })

  it('says what the numbers have to do with each other', () => {
    expect(row('resendAfterSeconds')?.range).toContain('at most half of `ttlSeconds`')
    expect(() => make({ ttlSeconds: 120, resendAfterSeconds: 60 })).not.toThrow()
    expect(() => make({ ttlSeconds: 120, resendAfterSeconds: 61 })).toThrow()

    const [, more] =
      /^`maxSendsPerHour` to (\d+) more$/.exec(row('maxSendsPerDay')?.range ?? '') ?? []
    for (const add of [0, Number(more)]) {
      expect(() => make({ maxSendsPerHour: 3, maxSendsPerDay: 3 + add })).not.toThrow()
    }
    for (const add of [-1, Number(more) + 1]) {
      expect(() => make({ maxSendsPerHour: 3, maxSendsPerDay: 3 + add })).toThrow()
    }

    const [, guesses] = /at most (\d+) guesses a day/.exec(row('maxAttempts')?.why ?? '') ?? []
    expect(() => make({ maxAttempts: 10, maxSendsPerDay: Number(guesses) / 10 })).not.toThrow()
    expect(() => make({ maxAttempts: 10, maxSendsPerDay: Number(guesses) / 10 + 1 })).toThrow()
  })

  it.each(['secret', 'counterSecret'] as const)('%s is as strong as it says', (name) => {
    const [, bytes, different] =
      /^(\d+) bytes or more, (\d+) different/.exec(row(name)?.range ?? '') ?? []
    const secret = (length: number, kinds: number) =>
      Buffer.from(Array.from({ length }, (_, i) => i % kinds))
    const strong = secret(Number(bytes), Number(different))
    expect(() => make({ [name]: strong })).not.toThrow()
    expect(() => make({ [name]: secret(Number(bytes) - 1, Number(different)) })).toThrow(name)
    expect(() => make({ [name]: secret(Number(bytes), Number(different) - 1) })).toThrow(name)
  })

  it.each([
    ['sendCode', null],
    ['store', { open() {}, attempt() {} }],
    ['emailField', ''],
    ['codeField', 'email'],
    ['sessionKey', 'passport'],
    ['name', ''],
    ['origin', 'https://app.example.com/'],
    ['trustedOrigins', 'https://app.example.com'],
    ['pendingIn', 'cookie'],
    ['allowEmail', true],
    ['accountKey', 'x'],
    ['knownBrowsers', 1],
    ['captchaPassed', true],
    ['emailFromRequest', 'email'],
    ['subjectFromRequest', 'id'],
    ['trustedBrowsers', true],
    ['purposes', { login: 'sign in' }],
    ['languages', ['de']],
    ['locale', 'de'],
    ['remember', {}],
    ['passReqToCallback', 1],
    ['afterResponse', {}],
    ['onEvent', {}],
  ])('%s refuses what is beyond its range', (name, value) => {
    expect(() => make({ [name]: value })).toThrow(`option "${name}" must be`)
  })

  it('has the options of MemoryStore with their ranges', () => {
    const rows = options.table('MemoryStore')
    const store = (options: object) => new MemoryStore(options as MemoryStoreOptions)
    expect(rows.map(({ option }) => bare(option))).toEqual(knownNames(() => store({ zzzzzz: 1 })))
    for (const { option, range } of rows) {
      const { min, max } = rangeIn(range) ?? { min: 0, max: 0 }
      for (const value of [min, max]) expect(() => store({ [bare(option)]: value })).not.toThrow()
      for (const value of [min - 1, max + 1]) {
        expect(() => store({ [bare(option)]: value })).toThrow(bare(option))
      }
    }
  })

  it('has the limits of MemoryStore as they are by default', async () => {
    const [challenges] = options.table('MemoryStore')
    const max = valueIn(challenges?.default) as number
    const store = new MemoryStore()
    const budget = { key: 'b', burst: 5, refillMs: 5_400_000 }
    const request = { ttlMs: 6e5, keepMs: 1, attempts: 5, spacingMs: 1, budget }
    for (let i = 0; i < max + 10; i++) {
      await store.open({ ...request, address: `a${i}`, challenge: `c${i}` })
    }
    expect(store.size).toEqual({ challenges: max, addresses: max })
    expect(options.table('MemoryStore').map((row) => valueIn(row.default))).toEqual([max, max])
  }, 60_000)
})

describe('the table of mailer options', () => {
  const rows = options.table('mailer')
  const required = { transport: 'smtp://127.0.0.1:1', from: 'Acme <login@acme.example>' }
  const construct = (options: object) => mailer({ ...required, ...options } as MailerOptions)

  it('names each option, and no other', () => {
    expect(rows.map(({ option }) => bare(option))).toEqual(
      knownNames(() => construct({ zzzzz: 1 })),
    )
  })

  it('says which are required', () => {
    const names = rows.filter((row) => row.default === 'required').map(({ option }) => bare(option))
    expect(names).toEqual(Object.keys(required))
    for (const name of names)
      expect(() => construct({ [name]: undefined })).toThrow(/"\w+" is missing/)
  })

  it('has the range of appName', () => {
    const [, , max] =
      /^(\d+) to (\d+) characters$/.exec(
        rows.find(({ option }) => option === '`appName`')?.range ?? '',
      ) ?? []
    expect(() => construct({ appName: 'x'.repeat(Number(max)) })).not.toThrow()
    expect(() => construct({ appName: 'x'.repeat(Number(max) + 1) })).toThrow('appName')
    expect(() => construct({ appName: '' })).toThrow('appName')
  })

  it('shows the mail as it is written', () => {
    const { subject, text } = writeMessage({
      catalogue: en,
      code: '493027',
      digits: 6,
      minutesLeft: 10,
      appName: 'Acme',
      purposeText: undefined,
      origin: undefined,
      isSecondFactor: false,
      isLengthened: false,
      codeInSubject: true,
      pendingId: 'abcdefghijklmnop',
      linkTo: undefined,
    })
    const block = mail.blocks.find(({ language }) => language === 'text')
    expect(block?.code).toBe(`Subject: ${subject}\n\n${text}`)
  })
})

describe('the table of reasons', () => {
  /** One answer for each reason; a reason that is added must be added here, or this does not compile. */
  const ANSWERS: { [R in Reason]: Untold & { reason: R } } = {
    code_sent: codeSent(30),
    accepted: accepted('ada@example.com', null),
    trusted_browser: infoFor('trusted_browser'),
    invalid_email: invalidEmail(false),
    missing_code: infoFor('missing_code'),
    malformed_code: malformedCode(6),
    invalid_code: invalidCode(2),
    not_signed_in: infoFor('not_signed_in'),
    no_address: infoFor('no_address') as never,
    otp_required: infoFor('otp_required'),
    expired_code: infoFor('expired_code'),
    no_pending_code: infoFor('no_pending_code'),
    not_allowed: infoFor('not_allowed'),
    cross_site: infoFor('cross_site'),
    method_not_allowed: infoFor('method_not_allowed'),
    too_many_attempts: infoFor('too_many_attempts'),
    earlier_request: infoFor('earlier_request') as never,
    rate_limited: rateLimited(90 * 60),
    not_sent: infoFor('not_sent') as never,
  }
  const rows = new Document('docs/reference/reasons.md').table('All reasons')

  it('has each reason with its status, next and message', () => {
    expect(
      rows.map(({ reason, status, next, message }) => [
        bare(reason),
        Number(status),
        bare(next),
        message,
      ]),
    ).toEqual(
      Object.values(ANSWERS).map((info) => [
        info.reason,
        statusOf(info.reason),
        info.next,
        tell(en.reasons, info).message,
      ]),
    )
  })
})

describe('the table of events', () => {
  type Fields<T> = T extends EmailOtpEvent ? Exclude<keyof T, 'type' | 'addressHash'> : never
  /** Does not compile if an event or one of its fields is missing, or is none. */
  const EVENTS: {
    [T in EmailOtpEvent['type']]: Record<Fields<Extract<EmailOtpEvent, { type: T }>>, 1>
  } = {
    issued: { purpose: 1, digits: 1, resend: 1 },
    sent: { durationMs: 1, tries: 1 },
    send_failed: { durationMs: 1, error: 1 },
    send_unconfirmed: { durationMs: 1, error: 1 },
    limited: { retryAfterSeconds: 1 },
    rejected: { reason: 1, failures: 1 },
    no_address: { subject: 1 },
    verified: { purpose: 1, browser: 1, failures: 1, secondsSinceSent: 1 },
    trusted_browser_used: { secondsSinceTrusted: 1 },
    trust_failed: { error: 1 },
    allow_failed: { error: 1 },
    store_failed: { verb: 1, error: 1 },
    store_full: { dropped: 1 },
    pressure: { failures: 1, sends: 1, successes: 1 },
  }

  it('has each event with its fields', () => {
    const documented = new Document('docs/reference/events.md')
      .table('All events')
      .map(({ type, with: fields }) => [bare(type), fields?.split(', ').map(bare)])
    expect(documented).toEqual(
      Object.entries(EVENTS).map(([type, fields]) => [type, Object.keys(fields)]),
    )
  })
})

describe('the table of errors', () => {
  const CODES: Record<EmailOtpErrorCode, true> = {
    delivery_failed: true,
    store_failed: true,
    session_required: true,
    session_failed: true,
    body_required: true,
  }

  it('has each code with its status', () => {
    const rows = new Document('docs/reference/errors.md').table('All codes')
    expect(rows.map(({ code, status }) => [bare(code), Number(status)])).toEqual(
      Object.keys(CODES).map((code) => [
        code,
        new EmailOtpError(code as EmailOtpErrorCode, '').status,
      ]),
    )
  })
})

describe('what is put into the session', () => {
  /** A code was requested and its one attempt used, so that the reason for its end is there too. */
  async function spent() {
    const codes: string[] = []
    const strategy = make({
      maxAttempts: 1,
      sendCode: ({ code }: CodeMail) => codes.push(code),
      emailFromRequest: () => ({ email: 'ada@example.com', locale: 'en' }),
    })
    // Without an id it would be a session in a cookie, where the state is encrypted.
    const session: Record<string, unknown> = {}
    const stored = () => ({ ...(session['email-otp'] as object) })
    const req = { headers: {}, session, sessionID: 's1' }
    await strategy.requestCode(req)
    const usable = { stored: stored(), pending: strategy.pending(req) }
    await strategy.verifyCode(req, wrongCode(codes[0] as string))
    const ended = { stored: stored(), pending: strategy.pending(req) }
    return { usable, ended }
  }

  it('is what it says', async () => {
    const { ended } = await spent()
    const rows = new Document('docs/reference/stored-data.md').table('Between the two requests')
    const documented = rows.flatMap(({ field = '' }) => field.split(', ').map(bare))
    // Only after a `rate_limited`.
    const stored = [...Object.keys(ended.stored), 'limitedMs']
    expect(documented.sort()).toEqual(stored.sort())
  })

  it('is what pending says, and no more', async () => {
    const { ended } = await spent()
    const rows = new Document('docs/reference/requests.md').table('What is pending')
    expect(rows.map(({ field }) => bare(field))).toEqual(Object.keys(ended.pending ?? {}))
  })

  it('has the reason for its end only once it has ended', async () => {
    const { usable, ended } = await spent()
    for (const part of ['stored', 'pending'] as const) {
      expect(usable[part]).not.toHaveProperty('ended')
      expect(ended[part]).toMatchObject({ ended: 'spent' })
      const keys = (one: object = {}) => Object.keys(one).sort()
      expect(keys(ended[part])).toEqual(keys({ ...usable[part], ended: 'spent' }))
    }
  })
})
