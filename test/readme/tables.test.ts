import { type CodeMail, type EmailOtpOptions, MemoryStore, Strategy } from 'passport-email-otp'
import { describe, expect, it } from 'vitest'
import { en } from '../../src/languages/en.js'
import { writeMessage } from '../../src/mail/message.js'
import { type AnyVerify, readSettings } from '../../src/options/settings.js'
import { bare, Document, numbersIn } from '../helpers/documents.js'
import { wrongCode } from '../helpers/wrong-code.js'

const options = new Document('docs/reference/options.md')
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

describe('the table of options', () => {
  const rows = options.table('The strategy')
  /** The numbers of an option's range. */
  const said = (name: keyof EmailOtpOptions) =>
    numbersIn(rows.find(({ option }) => bare(option) === name)?.range ?? '')

  it('has the defaults that are no values', () => {
    expect(settingsOf({ counterSecret: SECRET })).toEqual(settingsOf({}))
    expect(settingsOf({ counterSecret: OTHER })).not.toEqual(settingsOf({}))
    expect(settingsOf({ name: 'admin', sessionKey: 'admin' })).toEqual(
      settingsOf({ name: 'admin' }),
    )
    expect(settingsOf({ languages: [en], purposes: {} })).toEqual(settingsOf({}))
    const { store } = readSettings({ secret: SECRET, sendCode }, verify as AnyVerify)
    expect(store).toBeInstanceOf(MemoryStore)
  })

  it('says what the two limits of a day have to do with the others', () => {
    const [more, least, most] = [23, 5, 28]
    expect(said('maxSendsPerDay').sort()).toEqual([more, least, most].map(String).sort())
    for (const add of [0, more]) {
      expect(() => make({ maxSendsPerHour: 3, maxSendsPerDay: 3 + add })).not.toThrow()
    }
    for (const add of [-1, more + 1]) {
      expect(() => make({ maxSendsPerHour: 3, maxSendsPerDay: 3 + add })).toThrow()
    }
    for (const maxSendsPerDay of [least, most]) {
      expect(() => make({ maxSendsPerDay })).not.toThrow()
    }
    for (const maxSendsPerDay of [least - 1, most + 1]) {
      expect(() => make({ maxSendsPerDay })).toThrow()
    }

    const guesses = 200
    expect(said('maxAttempts')).toContain(`${guesses}`)
    expect(() => make({ maxAttempts: 10, maxSendsPerDay: guesses / 10 })).not.toThrow()
    expect(() => make({ maxAttempts: 10, maxSendsPerDay: guesses / 10 + 1 })).toThrow()
  })

  it.each(['secret', 'counterSecret'] as const)('%s is as strong as it says', (name) => {
    const [bytes, different] = [32, 8]
    expect(said(name).sort()).toEqual([bytes, different].map(String).sort())
    const secret = (length: number, kinds: number) =>
      Buffer.from(Array.from({ length }, (_, i) => i % kinds))
    const strong = secret(bytes, different)
    expect(() => make({ [name]: strong })).not.toThrow()
    expect(() => make({ [name]: secret(bytes - 1, different) })).toThrow(name)
    expect(() => make({ [name]: secret(bytes, different - 1) })).toThrow(name)
  })
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
  const { blocks } = new Document('docs/guides/send-mail.md')
  const block = blocks.find(({ language }) => language === 'text')
  expect(block?.code).toBe(`Subject: ${subject}\n\n${text}`)
})

it('the session holds the fields of the table, and a page gets those of the other table', async () => {
  const codes: string[] = []
  const strategy = make({
    maxAttempts: 1,
    sendCode: ({ code }: CodeMail) => codes.push(code),
    emailFromRequest: () => ({ email: 'ada@example.com', locale: 'en' }),
  })
  const session: Record<string, object> = {}
  // Without an id it would be a session in a cookie, where the state is encrypted.
  const req = { headers: {}, session, sessionID: 's1' }
  await strategy.requestCode(req)
  // The one attempt is used, so that the reason for its end is there too.
  await strategy.verifyCode(req, wrongCode(codes[0] as string))
  const stored = new Document('docs/reference/stored-data.md').table('Between the two requests')
  const documented = stored.flatMap(({ field = '' }) => field.split(', ').map(bare))
  // Only after a `rate_limited`.
  const fields = [...Object.keys(session['email-otp'] ?? {}), 'limitedMs']
  expect(documented.sort()).toEqual(fields.sort())
  const shown = new Document('docs/reference/requests.md').table('What is pending')
  expect(shown.map(({ field }) => bare(field))).toEqual(Object.keys(strategy.pending(req) ?? {}))
})
