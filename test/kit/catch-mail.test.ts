import { once } from 'node:events'
import { connect } from 'node:net'
import { createTransport } from 'nodemailer'
import { type CodeMail, type MailerOptions, MemoryStore, Strategy } from 'passport-email-otp'
import { type CatchMailOptions, type CaughtMails, catchMail } from 'passport-email-otp/testing'
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { codeMail } from '../helpers/code-mail.js'
import { freePort } from '../helpers/free-port.js'
import { anybody, mailerTo, SECRET } from '../helpers/mail.js'
import { expectNamed, expectRejection } from '../helpers/rejects-option.js'
import { ADA, createWorld } from '../helpers/world.js'
import { CATALOGUES } from '../languages/list.js'

afterEach(() => void vi.unstubAllEnvs())

async function catcher(port?: number): Promise<CaughtMails> {
  const mails = await catchMail({ port })
  onTestFinished(() => mails.close())
  return mails
}

async function send(url: string, mail: object): Promise<void> {
  const transport = createTransport(url)
  await transport.sendMail({ from: 'a@acme.example', to: ADA, ...mail })
  transport.close()
}

describe('catchMail', () => {
  it('receives the mail of a strategy by SMTP, with its code', async () => {
    const mails = await catcher()
    const { client } = await createWorld({ sendCode: mailerTo(mails.url) })
    const ada = client()
    await ada.requestCode(ADA)
    const { to, code, subject, text, html } = await mails.next(ADA)
    expect(to).toBe(ADA)
    for (const part of [subject, text, html]) expect(part).toContain(code)
    expect((await ada.enterCode(code)).status).toBe(200)
    expect(mails.all).toHaveLength(1)
    mails.reset()
    expect(mails.all).toEqual([])
  })

  it('has an address in a decoded domain as the strategy has it', async () => {
    const mails = await catcher()
    const { emailOtp } = await createWorld({ sendCode: mailerTo(mails.url) })
    await emailOtp.requestCode({ headers: {}, session: {} }, 'ada@bücher.example')
    expect((await mails.next('ada@bücher.example')).to).toBe('ada@xn--bcher-kva.example')
  })

  const HTML = `<head><title>1234567</title></head><style>p { color: #123456 }</style>
<p style="color:#654321">Your code:&#128274; <b>493027</b></p>`
  const SELLER = 'Acme Ltd\n560001\nBengaluru'
  const LONE = { subject: '493027 is your code', text: 'Your code is 493027.\n\n560001' }
  it.each<[string, object, string?]>([
    ['on a line of its own before any other number', { text: 'Call 1234567 or\r\n493027\r\nsoon' }],
    ['in a paragraph of its own', { text: 'For order\n7654321\nthe code is\n\n493027\n\nAcme' }],
    ['within a sentence', { text: 'Your code is 493027.' }],
    ['of eight digits', { text: 'Your code is 49302712.' }, '49302712'],
    ['of ten digits', { text: 'Your code is 4930271234.' }, '4930271234'],
    ['between characters of Japanese', { text: 'コードは493027です。https://a.example/1234567' }],
    ['below a colon', { text: 'For order 7654321.\n\nYour code:\n493027\n\nAcme' }],
    ['before a postal code', { text: `Your code is 493027.\n\n${SELLER}` }],
    ['that the subject has, after an order', { ...LONE, text: 'For order 7654321: 493027.' }],
    ['that the subject has, before a number in a paragraph of its own', LONE],
    ['after a URL', { text: 'Open https://app.example/t/20261126/login or enter 493027.' }],
    ['after a URL without a scheme', { text: 'Open www.app.example/20261126 or enter 493027.' }],
    ['after an address', { text: 'Hi test+1732661234@example.com, your code is 493027.' }],
    ['after a telephone number', { text: 'Call +4930123456 or 080-12345678, or enter 493027.' }],
    ['after a number with letters', { text: 'For INV7654321, the code is 493027.' }],
    ['in a mail that has only HTML, and takes no colour for one', { html: HTML }],
    ['beside a text that is blank', { text: ' ', html: HTML }],
    ['beside a text without one', { text: 'This mail is in HTML.', html: HTML }],
    ['after a comment', { html: '<!--[if mso]><b>111111</b><![endif]--><p>493027' }],
    ['that Outlook does not show', { html: '<!--[if !mso]><!--><p>493027<!--<![endif]-->' }],
    [
      'before a postal code in HTML',
      {
        html: `<p>Your code is <b>493027</b>.</p>\n<div>${SELLER.replace(/\n/g, '</div>\n<div>')}`,
      },
    ],
    [
      'in a cell of a table',
      { html: '<p>For order 7654321:</p><table><tr><td>\n493027\n</td></tr></table>' },
    ],
  ])('finds a code %s', async (_where, mail, code = '493027') => {
    const mails = await catcher()
    await send(mails.url, { subject: 'Hello', ...mail })
    expect((await mails.next(ADA)).code).toBe(code)
  })

  const ORDER = 'For order 7654321 and 1234567, the code is'
  it.each<[string, Partial<CodeMail>, Partial<MailerOptions>]>([
    ['OTP-Token names', { origin: 'https://acme.example' }, {}],
    ['the subject has not, but another number,', {}, { codeInSubject: false }],
  ])('finds a code that %s in words of your own', async (_what, changes, options) => {
    const mails = await catcher()
    const sentCode = codeMail({ to: ADA, ...changes }).code
    const message: MailerOptions['message'] = ({ code, codeInSubject }) => ({
      subject: codeInSubject ? `Hello, 7654321 and ${code}` : 'Order 7654321',
      text: codeInSubject ? `${ORDER} ${code}.` : `${ORDER}\n\n${code}`,
    })
    await mailerTo(mails.url, { ...options, message })(codeMail({ to: ADA, ...changes }))
    expect((await mails.next(ADA)).code).toBe(sentCode)
  })

  it('keeps a mail without a code, and next does not return it', async () => {
    const mails = await catcher()
    const text = 'Call 12345 or 12345678901, or open https://app.example/t/20261126'
    await send(mails.url, { subject: 'Welcome', text })
    await send(mails.url, { subject: 'Code', text: '493027' })
    expect((await mails.next(ADA)).subject).toBe('Code')
    expect(mails.all.map(({ subject, code }) => [subject, code])).toEqual([
      ['Welcome', ''],
      ['Code', '493027'],
    ])
  })

  it('accepts a mail with a large attachment, and tells mail programs that 50 MiB are the limit', async () => {
    const mails = await catcher()
    const attachments = [{ filename: 'invoice.pdf', content: Buffer.alloc(2_000_000) }]
    await send(mails.url, { text: '493027', attachments })
    expect((await mails.next(ADA)).code).toBe('493027')
    const socket = connect(Number(new URL(mails.url).port), '127.0.0.1')
    await once(socket, 'data')
    socket.write('EHLO acme.example\r\nQUIT\r\n')
    expect(String(Buffer.concat(await socket.toArray()))).toContain(`SIZE ${50 * 2 ** 20}\r\n`)
  })

  it('listens on the port that was named, and says when it is in use', async () => {
    const port = await freePort()
    const mails = await catcher(port)
    expect(mails.url).toBe(`smtp://127.0.0.1:${port}`)
    const second = catchMail({ port })
    await expect(second).rejects.toMatchObject({ code: 'EADDRINUSE' })
    await expect(second).rejects.toThrow(String(port))
    await mails.close()
    await catcher(port)
  })

  it('says so to a next that waits when it is closed, and to a later one, but returns what has come', async () => {
    const mails = await catcher()
    await send(mails.url, { text: '493027' })
    const waiting = mails.next('bob@example.com', { timeoutSeconds: 300 })
    const closed = mails.close()
    await expect(waiting).rejects.toThrow('bob@example.com')
    await expect(waiting).rejects.toThrow('close()')
    await closed
    expect((await mails.next(ADA)).code).toBe('493027')
    await expect(mails.next(ADA)).rejects.toThrow('close()')
    await mails.close()
  })

  it('keeps the mails of two catchers apart, and accepts any login, which the URL of an application may hold', async () => {
    const [one, two] = [await catcher(), await catcher()]
    await send(one.url, { text: '111111' })
    await send(two.url.replace('//', '//user:password@'), { text: '222222' })
    expect([(await one.next(ADA)).code, (await two.next(ADA)).code]).toEqual(['111111', '222222'])
    expect([one.all.length, two.all.length]).toEqual([1, 1])
  })

  it.each([true, false])(
    'finds the code of a sign-in and a purpose in each language (codeInSubject: %o)',
    async (codeInSubject) => {
      const mails = await catcher()
      const store = new MemoryStore()
      // A number in the name stands before the code.
      const from = 'Studio 200000 <login@acme.example>'
      const sendCode = mailerTo(mails.url, { from, codeInSubject })
      const req = { headers: {}, session: {} }
      for (const catalogue of CATALOGUES) {
        const address = mails.address()
        const purposes = { pay: 'pay 123' }
        const emailOtp = new Strategy(
          {
            ...{ secret: SECRET, store, sendCode, languages: [catalogue], purposes },
            emailFromRequest: () => address,
          },
          anybody,
        )
        for (const purpose of ['login', 'pay']) {
          await emailOtp.requestCode(req, undefined, { purpose })
          const { code } = await mails.next(address)
          const { reason } = await emailOtp.verifyCode(req, code, { purpose })
          expect([catalogue.tag, purpose, reason]).toEqual([catalogue.tag, purpose, 'accepted'])
        }
      }
      expect(mails.all).toHaveLength(2 * CATALOGUES.length)
    },
  )

  it.each([undefined, 'production', 'development'])(
    'rejects where NODE_ENV is %o, and says what it must be',
    async (value) => {
      vi.stubEnv('NODE_ENV', value)
      const err = await catchMail().catch((reason: Error) => reason)
      expectNamed(String((err as Error).message), 'catchMail', 'NODE_ENV', '"test"')
    },
  )

  it.each<[object, ...(string | number)[]]>([
    [{ port: -1 }, 0, 65_535],
    [{ prot: 1 }, '"prot"'],
  ])('rejects %o', async (options, ...values) => {
    await expectRejection(catchMail(options as CatchMailOptions), '"port"', ...values)
  })
})
