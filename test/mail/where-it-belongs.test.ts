import { type MailerOptions, standardMessage } from 'passport-email-otp'
import { describe, expect, it } from 'vitest'
import { en } from '../../src/languages/en.js'
import { ja } from '../../src/languages/ja.js'
import type { Mail } from '../helpers/smtp.js'
import { createWorld } from '../helpers/world.js'
import { wrongCode } from '../helpers/wrong-code.js'
import { twoFactorApp } from '../second-factor/two-factor-app.js'
import { ORIGIN, sent } from './sent-mail.js'

const ACME = { appName: 'Acme', purposeText: undefined, code: '483920' }
const lastLine = ({ text }: Mail) => text.trimEnd().split('\n').at(-1)

describe('with the origin of the strategy, a mail', () => {
  it('says where to enter the code, in both parts', async () => {
    const { text, html } = await sent({ origin: ORIGIN })
    expect(text).toContain(en.mail.enterOnlyAt({ host: 'app.acme.example' }))
    expect(html).toContain(en.mail.enterOnlyAt({ host: '<bdi>app.acme.example</bdi>' }))
    for (const part of [text, html]) expect(part).toContain(en.mail.tellNobody)
    expect(text + html).not.toContain(en.mail.enterOnlyWhereRequested)
  })

  it.each([
    [ORIGIN, '@app.acme.example #483920'],
    ['https://app.acme.example:8443', '@app.acme.example #483920'],
    ['https://xn--mnchen-3ya.example', '@xn--mnchen-3ya.example #483920'],
    ['http://localhost:3000', '@localhost #483920'],
  ])('ends its text with the host and the code: %s', async (origin, line) => {
    const mail = await sent({ origin })
    expect(lastLine(mail)).toBe(line)
    expect(mail.html).not.toContain('#483920')
  })

  it('shows a host as browsers do, and no port that a phone could take for the code', async () => {
    const { text } = await sent({ origin: 'https://xn--mnchen-3ya.example:8443' })
    expect(text).toContain(en.mail.enterOnlyAt({ host: 'münchen.example' }))
    expect(text).not.toContain('8443')
  })

  it.each([
    [ORIGIN, '"483920"; origin="https://app.acme.example"'],
    ['https://app.acme.example:8443', '"483920"; origin="https://app.acme.example:8443"'],
    ['http://localhost:3000', '"483920"; origin="http://localhost:3000"'],
    ['http://127.0.0.1:3000', '"483920"; origin="http://127.0.0.1:3000"'],
    // The draft allows no plain http, and such a header would make nodemailer reject the mail.
    ['http://app.intranet', undefined],
    ['https://a{b.example', undefined],
    [undefined, undefined],
  ])('has OTP-Token where the draft allows it: %s', async (origin, token) => {
    expect((await sent({ origin })).headers['otp-token']).toBe(token)
  })
})

describe('mails in one mailbox', () => {
  it('do not fold together, where the code is not in the subject', async () => {
    const { headers: one } = await sent({}, { codeInSubject: false })
    const { headers: other } = await sent({}, { codeInSubject: false })
    for (const name of ['references', 'x-entity-ref-id']) {
      expect(one[name]).toMatch(/[a-p]{32}/)
      expect(one[name]).not.toBe(other[name])
    }
    expect(one['message-id']).not.toBe(one.references)
  })

  it('do not fold together either with a subject of your own without the code', async () => {
    const { headers } = await sent({}, { message: () => ({ subject: 'Hello', text: '483920' }) })
    expect(headers.references).toBeDefined()
  })

  it('need no such header, where the code is in the subject', async () => {
    const { headers } = await sent()
    expect(headers.references).toBeUndefined()
    expect(headers['x-entity-ref-id']).toBeUndefined()
  })
})

it('a long code does not become a telephone number on phones', async () => {
  const { html } = await sent({ code: '0123456789', digits: 10 })
  const [, content = ''] = /<meta name="format-detection" content="([^"]*)">/.exec(html) ?? []
  expect(content.split(', ')).toContain('telephone=no')
})

describe('a mail says what happened before:', () => {
  it('somebody has entered the password, where nobody is signed in yet', async () => {
    const ada = { id: '17', email: 'ada@example.com' }
    const { newBrowser, smtp } = await twoFactorApp({ ada })
    await newBrowser().password('ada')
    const { text, html } = await smtp.next()
    for (const part of [text, html]) expect(part).toContain(en.mail.passwordEntered)
    expect(text).not.toContain(en.mail.notRequested)
  })

  it('nothing of it without a password, and that wrong codes made a later code longer', async () => {
    const { client, smtp } = await createWorld()
    const ada = client()
    await ada.requestCode('ada@example.com')
    const { code, text } = await smtp.next()
    expect(text).toContain(en.mail.notRequested)
    for (const sentence of [en.mail.passwordEntered, en.mail.lengthened({ digits: code.length })]) {
      expect(text).not.toContain(sentence)
    }
    for (let n = 1; n <= 5; n++) await ada.enterCode(wrongCode(code, n))
    await ada.requestCode('ada@example.com')
    const longer = await smtp.next()
    expect(longer.code).toHaveLength(8)
    for (const part of [longer.text, longer.html]) {
      expect(part).toContain(en.mail.lengthened({ digits: 8 }))
    }
  })

  it('nothing of wrong codes, where all codes are configured to be so long', async () => {
    const { client, codeFor, smtp } = await createWorld({ digits: 8 })
    await codeFor(client())
    expect(smtp.mails[0]?.text).not.toContain(en.mail.lengthened({ digits: 8 }))
  })
})

describe('standardMessage', () => {
  it('writes the mail of the package with notes of your own, escaped', async () => {
    const note = 'Requested with <Firefox> on Windows, 14:02 UTC.'
    const { subject, text, html } = await sent(
      { origin: ORIGIN },
      { message: (details) => standardMessage(details, { notes: [note] }) },
    )
    expect(subject).toBe(en.mail.subject(ACME))
    expect(text).toContain(`\n\n${note}\n\n${en.mail.notRequested}\n\n@app.acme.example #483920`)
    expect(html).toContain('Requested with &lt;Firefox&gt; on Windows, 14:02 UTC.')
  })

  it('writes the same mail without notes', async () => {
    const own = await sent({}, { message: (details) => standardMessage(details) })
    const plain = await sent()
    expect([own.subject, own.text, own.html]).toEqual([plain.subject, plain.text, plain.html])
  })

  it.each([
    ['a run of digits', ['Order 1234']],
    ['a run of other digits', ['١٢٣٤']],
    ['two lines', ['one\ntwo']],
    ['an empty line', ['']],
    ['a long line', ['x'.repeat(201)]],
    ['no text', [7]],
    ['no array', 'Requested with Firefox.'],
  ])('rejects %s, and the mail is not sent', async (_name, notes) => {
    const message: MailerOptions['message'] = (details) =>
      standardMessage(details, { notes: notes as string[] })
    await expect(sent({}, { message })).rejects.toMatchObject({ name: 'TypeError', notSent: true })
  })
})

it('puts sentences into a paragraph as the language does', async () => {
  const { text, html } = await sent({ origin: ORIGIN, locale: 'ja' }, { languages: [ja] })
  const { enterOnlyAt, tellNobody } = ja.mail
  expect(text).toContain(`\n${enterOnlyAt({ host: 'app.acme.example' })}${tellNobody}\n`)
  expect(html).toContain(ja.mail.codeSentence(ACME) + ja.mail.lifetime({ minutesLeft: 10 }))
})
