import { createTransport } from 'nodemailer'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Mailer, mailer } from '../../src/mail/mailer.js'
import type { MailerOptions } from '../../src/mail/mailer-options.js'
import type { OutgoingMail } from '../../src/mail/outgoing-mail.js'
import { openTransport } from '../../src/mail/transporter.js'
import { codeMail } from '../helpers/code-mail.js'
import { type Smtp, startSmtp } from '../helpers/smtp.js'

let smtp: Smtp
let open: Mailer[]

function make(options: Partial<MailerOptions> = {}): Mailer {
  const made = mailer({ transport: smtp.url, from: 'Acme <login@acme.example>', ...options })
  open.push(made)
  return made
}

beforeEach(async () => {
  open = []
  smtp = await startSmtp()
})
afterEach(async () => {
  for (const made of open) made.close()
  await smtp.close()
})

describe('sending a mail', () => {
  test('puts the recipient and the plain sender address into the envelope and the headers (MAIL-01)', async () => {
    await make()(codeMail({ to: 'ann@xn--bcher-kva.example' }))

    const { envelope, from, to, raw } = await smtp.next()
    expect(envelope).toEqual({ from: 'login@acme.example', to: ['ann@xn--bcher-kva.example'] })
    expect(from).toEqual({ name: 'Acme', address: 'login@acme.example' })
    expect(to).toHaveLength(1)
    expect(raw).toMatch(/^To: ann@xn--bcher-kva\.example\r$/m)
  })

  test('puts the code into the text and the HTML part', async () => {
    await make()(codeMail({ code: '000123' }))

    const mail = await smtp.next()
    expect(mail.code).toBe('000123')
    expect(mail.subject).toBe('000123 is your Acme code')
    expect(mail.html).toContain('>000123</p>')
    expect(mail.raw).toMatch(/^Content-Type: multipart\/alternative/m)
  })

  test('marks the mail as automatic, so that mail programs send no automatic reply', async () => {
    await make()(codeMail())

    const { headers } = await smtp.next()
    expect(headers['auto-submitted']).toBe('auto-generated')
    expect(headers['x-auto-response-suppress']).toBe('All')
  })

  test('sends the same mail for a forged Host header of the request (PRX-01)', async () => {
    const sendCode = make()
    const request = (headers: object) => ({ headers }) as ReturnType<typeof codeMail>['req']
    const forged = {
      host: 'evil.example',
      'x-forwarded-host': 'evil.example',
      origin: 'https://evil.example',
    }
    await sendCode(codeMail({ req: request({ host: 'acme.example' }) }))
    await sendCode(codeMail({ req: request(forged) }))

    const [first, second] = await smtp.waitFor(2)
    const said = ({ subject, text, html }: typeof first & object) => ({ subject, text, html })
    expect(second && said(second)).toEqual(first && said(first))
    expect(second?.raw).not.toContain('evil.example')
  })

  test('rejects a recipient that is not one parsed address, before it connects', async () => {
    const sendCode = make()
    for (const to of ['Ann@Example.com', 'ann@example.com, bob@example.com', 'Ann <a@x.org>', '']) {
      const err: unknown = await sendCode(codeMail({ to })).catch((err: unknown) => err)
      expect(err).toBeInstanceOf(TypeError)
      expect(err).toMatchObject({
        message: 'mailer: "to" must be one plain address, lower-cased, its domain in ASCII',
        notSent: true,
      })
    }
    expect(smtp.connections).toBe(0)
  })
})

describe('the transport', () => {
  test('can be an SMTP URL that holds the login', async () => {
    const guarded = await startSmtp({ auth: { user: 'acme@x.org', pass: 'p/w: ?#%' } })
    await make({ transport: guarded.url })(codeMail())
    expect(guarded.mails).toHaveLength(1)
    await guarded.close()
  })

  test('can be options for nodemailer, with or without a URL, which the mailer does not change', async () => {
    const place = Object.freeze({ host: '127.0.0.1', port: smtp.port })
    await make({ transport: place })(codeMail())
    await make({ transport: Object.freeze({ url: smtp.url, name: 'app.example' }) })(codeMail())
    expect(smtp.mails).toHaveLength(2)
  })

  test('can be any other transport of nodemailer', async () => {
    await make({ transport: { jsonTransport: true } })(codeMail())
    expect(smtp.connections).toBe(0)
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

  test('opens no connection before the first mail, and reuses one for the mails after it', async () => {
    const sendCode = make()
    expect(smtp.connections).toBe(0)
    for (let i = 0; i < 3; i++) await sendCode(codeMail())
    expect(smtp.connections).toBe(1)
  })

  test('opens at most five connections for mails that are sent at the same time', async () => {
    const sendCode = make()
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

  test('sends mails after the server has dropped the idle connection, noticed or not', async () => {
    const sendCode = make()
    await sendCode(codeMail())
    smtp.dropConnections()
    await sendCode(codeMail())

    const gone = smtp.disconnected()
    smtp.dropConnections()
    await gone
    await sendCode(codeMail())
    expect(smtp.mails).toHaveLength(3)
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
    await expect(sendCode(codeMail())).rejects.toThrow('The mailer was closed')
  })

  test('closes a busy connection only after its mail has arrived', async () => {
    const sendCode = make()
    smtp.hold()
    const sent = sendCode(codeMail())
    await smtp.next()
    const gone = smtp.disconnected()
    sendCode.close()
    smtp.release()
    await sent
    await gone
  })

  test('can be called without a send, and twice', () => {
    const sendCode = make()
    sendCode.close()
    sendCode.close()
  })
})

describe('the signal', () => {
  test('does not stop a mail whose message was begun', async () => {
    const sendCode = make()
    const stop = new AbortController()
    smtp.hold()
    const sent = sendCode(codeMail({ signal: stop.signal }))
    await smtp.next()
    stop.abort()
    smtp.release()
    await sent
  })

  test('prevents a connection if it is already aborted', async () => {
    await expect(make()(codeMail({ signal: AbortSignal.abort() }))).rejects.toMatchObject({
      notSent: true,
    })
    expect(smtp.connections).toBe(0)
  })
})
