import { afterAll, describe, expect, test } from 'vitest'
import { en } from '../../src/languages/en.js'
import type { WriteMessage } from '../../src/mail/own-message.js'
import { codeMail } from '../helpers/code-mail.js'
import { mailerTo } from '../helpers/mail.js'
import { startSmtp } from '../helpers/smtp.js'

const smtp = await startSmtp()
afterAll(() => smtp.close())

const make = (message: WriteMessage) => mailerTo(smtp.url, { message })

describe('the message function', () => {
  test('replaces the texts of the package', async () => {
    await make(({ code }) => ({ subject: 'Code', text: `Code: ${code}`, html: `<b>${code}</b>` }))(
      codeMail(),
    )
    const { subject, text, html } = await smtp.next()
    expect(subject).toBe('Code')
    expect(text.trim()).toBe('Code: 483920')
    expect(html.trim()).toBe('<b>483920</b>')
  })

  test('can be async, and can leave out the HTML part', async () => {
    await make(async ({ code }) => ({ subject: 'Code', text: code }))(codeMail())
    const { text, html, raw } = await smtp.next()
    expect(text.trim()).toBe('483920')
    expect(html).toBe('')
    expect(raw).toMatch(/^Content-Type: text\/plain/m)
  })

  test('receives what a text needs and the request, but no address', async () => {
    let given: unknown
    const account = { name: 'Ann' }
    const { req } = codeMail()
    const sendCode = make((details) => {
      given = details
      return { subject: 'Code', text: details.code }
    })
    await sendCode(codeMail({ req, account, code: '0123456789', digits: 10, purpose: 'export' }))
    expect(given).toEqual({
      code: '0123456789',
      digits: 10,
      minutesLeft: 10,
      purpose: 'export',
      account,
      appName: 'Acme',
      locale: 'en',
      catalogue: en,
      pendingId: 'abcdefghijklmnopqrstuv',
      isSecondFactor: false,
      isLengthened: false,
      codeInSubject: true,
      req,
    })
    await smtp.next()
  })
})

describe('the mailer rejects a mail and sends nothing', () => {
  test.each([
    [
      'a second line in the subject (INJ-02)',
      { subject: 'Hi\r\nBcc: eve@evil.example', text: 't' },
    ],
    ['no subject', { text: 't' }],
    ['no text', { subject: 's' }],
    ['an empty HTML part', { subject: 's', text: 't', html: '' }],
    ['nothing', undefined],
    ['a string', 'Your code is 483920'],
  ])('if message returns %s', async (_name, result) => {
    const before = smtp.mails.length
    const sent = make(() => result as never)(codeMail())
    await expect(sent).rejects.toBeInstanceOf(TypeError)
    await expect(sent).rejects.not.toThrow(/483920|Bcc/)
    expect(smtp.mails).toHaveLength(before)
  })

  test('with the same error if message throws or rejects', async () => {
    const own = new Error('template not found')
    const throwing = make(() => {
      throw own
    })
    await expect(throwing(codeMail())).rejects.toBe(own)
    await expect(make(() => Promise.reject(own))(codeMail())).rejects.toBe(own)
    expect(own).toMatchObject({ notSent: true })
    expect(own).not.toHaveProperty('reached')
  })
})
