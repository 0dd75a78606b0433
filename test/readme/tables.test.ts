import {
  type CodeMail,
  type EmailOtpOptions,
  type MailerOptions,
  MemoryStore,
  type MemoryStoreOptions,
  mailer,
  Strategy,
} from 'passport-email-otp'
import { describe, expect, it } from 'vitest'
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
    expect(settingsOf({ counterSecret: SECRET })).toEqual(settingsOf({}))
    expect(settingsOf({ counterSecret: OTHER })).not.toEqual(settingsOf({}))
    expect(settingsOf({ name: 'admin', sessionKey: 'admin' })).toEqual(
      settingsOf({ name: 'admin' }),
    )
    expect(settingsOf({ languages: [en] })).toEqual(settingsOf({}))
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
    expect(() => make({ ttlSeconds: 120, resendAfterSeconds: 60 })).not.toThrow()
    expect(() => make({ ttlSeconds: 120, resendAfterSeconds: 61 })).toThrow()

    const [, more] = /to (\d+) more/.exec(row('maxSendsPerDay')?.range ?? '') ?? []
    for (const add of [0, Number(more)]) {
      expect(() => make({ maxSendsPerHour: 3, maxSendsPerDay: 3 + add })).not.toThrow()
    }
    for (const add of [-1, Number(more) + 1]) {
      expect(() => make({ maxSendsPerHour: 3, maxSendsPerDay: 3 + add })).toThrow()
    }

    const [, guesses] = /at most (\d+) guesses a day/.exec(row('maxAttempts')?.range ?? '') ?? []
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
