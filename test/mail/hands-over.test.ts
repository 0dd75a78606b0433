import { createTransport } from 'nodemailer'
import { beforeEach, describe, expect, test } from 'vitest'
import type { MailerOptions } from '../../src/mail/mailer-options.js'
import type { OutgoingMail } from '../../src/mail/outgoing-mail.js'
import { openTransport } from '../../src/mail/transporter.js'
import { codeMail } from '../helpers/code-mail.js'
import { mailerTo, smtpOfTest } from '../helpers/mail.js'
import type { Smtp } from '../helpers/smtp.js'

let smtp: Smtp
beforeEach(async () => {
  smtp = await smtpOfTest()
})

const make = ({ transport = smtp.url, ...options }: Partial<MailerOptions> = {}) =>
  mailerTo(transport, options)

describe('sending a mail', () => {
  test('puts the recipient and the plain sender address into envelope and headers, and asks for no automatic reply', async () => {
    await make()(codeMail({ to: 'ann@xn--bcher-kva.example' }))
    const { envelope, from, to, raw, headers } = await smtp.next()
    expect(envelope).toEqual({ from: 'login@acme.example', to: ['ann@xn--bcher-kva.example'] })
    expect(from).toEqual({ name: 'Acme', address: 'login@acme.example' })
    expect(to).toHaveLength(1)
    expect(raw).toMatch(/^To: ann@xn--bcher-kva\.example\r$/m)
    expect(headers['auto-submitted']).toBe('auto-generated')
    expect(headers['x-auto-response-suppress']).toBe('All')
  })

  test('rejects a recipient that is not one parsed address, before it connects', async () => {
    const sendCode = make()
    for (const to of ['Ann@Example.com', 'ann@example.com, bob@example.com', 'Ann <a@x.org>', '']) {
      const err: unknown = await sendCode(codeMail({ to })).catch((err: unknown) => err)
      expect(err).toBeInstanceOf(TypeError)
      expect(err).toMatchObject({
        message: expect.stringContaining('"to"'),
        help: 'docs/guides/send-mail.md',
        notSent: true,
      })
    }
    expect(smtp.connections).toBe(0)
  })
})

describe('the transport', () => {
  test('can be an SMTP URL that holds the login, or options, which the mailer does not change', async () => {
    const auth = Object.freeze({ user: 'acme@x.org', pass: 'p/w: ?#%' })
    const { url, port, mails } = await smtpOfTest({ auth })
    await make({ transport: url })(codeMail())
    await make({ transport: Object.freeze({ host: '127.0.0.1', port, auth }) })(codeMail())
    await make({ transport: Object.freeze({ url, name: 'app.example' }) })(codeMail())
    expect(mails).toHaveLength(3)
  })

  test('can be any other transport of nodemailer', async () => {
    await make({ transport: Object.freeze({ jsonTransport: true }) })(codeMail())
    expect(smtp.connections).toBe(0)
  })

  test('is SMTP where another one of nodemailer is switched off, with the defaults of SMTP', () => {
    const transport = { host: '127.0.0.1', jsonTransport: undefined, streamTransport: false }
    const { options, close } = openTransport(transport as never, false)
    expect(options).toMatchObject({ pool: true, connectionTimeout: 8_000, idleTimeout: 5_000 })
    close()
  })

  test('can be a transporter of the application, which close() leaves open', async () => {
    const own = createTransport({ url: smtp.url, pool: true })
    const sendCode = make({ transport: own })
    await sendCode(codeMail())
    sendCode.close()
    await sendCode(codeMail())
    expect(smtp.mails).toHaveLength(2)
    expect(smtp.connections).toBe(1)
    own.close()
  })

  test('opens no connection before the first mail, and at most five for mails that are sent at the same time', async () => {
    const sendCode = make()
    expect(smtp.connections).toBe(0)
    await Promise.all(Array.from({ length: 20 }, () => sendCode(codeMail())))
    expect(smtp.mails).toHaveLength(20)
    expect(smtp.connections).toBeLessThanOrEqual(5)
  })

  test.each([
    ['the options', () => ({ url: smtp.url, pool: false })],
    ['the URL', () => `${smtp.url}?pool=false`],
  ])('opens a connection for each mail if pool is false in %s', async (_name, transport) => {
    const sendCode = make({ transport: transport() })
    for (let i = 0; i < 2; i++) await sendCode(codeMail())
    expect(smtp.connections).toBe(2)
  })

  test.each([
    ['the options', () => ({ url: smtp.url, disableFileAccess: false, disableUrlAccess: false })],
    ['the URL', () => `${smtp.url}?disableFileAccess=false&disableUrlAccess=false`],
  ])(
    'reads neither files nor URLs for a mail, even if they are allowed in %s',
    async (_name, transport) => {
      const { transporter, close } = openTransport(transport(), false)
      const send = (html: object) =>
        transporter.sendMail({ to: 'ann@example.com', html } as unknown as OutgoingMail)
      await expect(send({ path: import.meta.filename })).rejects.toThrow('File access rejected')
      await expect(send({ href: 'http://127.0.0.1/' })).rejects.toThrow('Url access rejected')
      close()
    },
  )
})

describe('close()', () => {
  test('closes idle connections', async () => {
    const sendCode = make()
    await sendCode(codeMail())
    const gone = smtp.disconnected()
    sendCode.close()
    await gone
    const later: unknown = await sendCode(codeMail()).catch((err: unknown) => err)
    expect(later).toBeInstanceOf(Error)
    expect(later).toMatchObject({ notSent: true })
    expect(later).not.toHaveProperty('reached')
    expect(smtp.connections).toBe(1)
  })

  test('can be called without a send, and twice', () => {
    const sendCode = make()
    sendCode.close()
    sendCode.close()
  })
})

test('a signal that is already aborted prevents a connection', async () => {
  const sent = make()(codeMail({ signal: AbortSignal.abort() }))
  await expect(sent).rejects.toMatchObject({ notSent: true })
  expect(smtp.connections).toBe(0)
})
