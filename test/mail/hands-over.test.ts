import { createTransport } from 'nodemailer'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Mailer, type MailerOptions, mailer } from '../../src/mail/mailer.js'
import { type OutgoingMail, openTransport } from '../../src/mail/transporter.js'
import { codeMail } from '../helpers/code-mail.js'
import { type Smtp, startSmtp } from '../helpers/smtp.js'

let smtp: Smtp
let open: Mailer[]

function make(options: MailerOptions = {}): Mailer {
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

describe('a mail', () => {
  test('goes to the one address and from the bare sender, by envelope and header (MAIL-01)', async () => {
    await make()(codeMail({ to: 'ann@xn--bcher-kva.example' }))

    const { envelope, from, to, raw } = await smtp.next()
    expect(envelope).toEqual({ from: 'login@acme.example', to: ['ann@xn--bcher-kva.example'] })
    expect(from).toEqual({ name: 'Acme', address: 'login@acme.example' })
    expect(to).toHaveLength(1)
    expect(raw).toMatch(/^To: ann@xn--bcher-kva\.example\r$/m)
  })

  test('carries the code, as text and as HTML', async () => {
    await make()(codeMail({ code: '000123' }))

    const mail = await smtp.next()
    expect(mail.code).toBe('000123')
    expect(mail.subject).toBe('000123 is your Acme code')
    expect(mail.html).toContain('>000123</p>')
    expect(mail.raw).toMatch(/^Content-Type: multipart\/alternative/m)
  })

  test('says that a machine wrote it, so that nobody answers', async () => {
    await make()(codeMail())

    const { headers } = await smtp.next()
    expect(headers['auto-submitted']).toBe('auto-generated')
    expect(headers['x-auto-response-suppress']).toBe('All')
  })

  test('is the same whatever the request says about hosts (PRX-01)', async () => {
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

  test('is refused for anything but one parsed address, before anybody connects', async () => {
    const sendCode = make()
    for (const to of ['Ann@Example.com', 'ann@example.com, bob@example.com', 'Ann <a@x.org>', '']) {
      await expect(sendCode(codeMail({ to }))).rejects.toThrow(
        new TypeError('mailer: "to" must be one plain address, as it was parsed'),
      )
    }
    expect(smtp.connections).toBe(0)
  })
})

describe('the transport', () => {
  test('is an SMTP URL with the login in it', async () => {
    const guarded = await startSmtp({ auth: { user: 'acme@x.org', pass: 'p/w: ?#%' } })
    await make({ transport: guarded.url })(codeMail())
    expect(guarded.mails).toHaveLength(1)
    await guarded.close()
  })

  test('is options for nodemailer, with a URL or without, that stay as they are', async () => {
    const place = Object.freeze({ host: '127.0.0.1', port: smtp.port })
    await make({ transport: place })(codeMail())
    await make({ transport: Object.freeze({ url: smtp.url, name: 'app.example' }) })(codeMail())
    expect(smtp.mails).toHaveLength(2)
  })

  test('is any other kind of transport that nodemailer has', async () => {
    await make({ transport: { jsonTransport: true } })(codeMail())
    expect(smtp.connections).toBe(0)
  })

  test('is a transporter of the application, which close() leaves open', async () => {
    const own = createTransport({ url: smtp.url, pool: true })
    const sendCode = make({ transport: own })
    await sendCode(codeMail())
    sendCode.close()
    await sendCode(codeMail())
    expect(smtp.mails).toHaveLength(2)
    expect(smtp.connections).toBe(1)
    own.close()
  })

  test('opens no connection before the first mail, and one for mails that follow', async () => {
    const sendCode = make()
    expect(smtp.connections).toBe(0)
    for (let i = 0; i < 3; i++) await sendCode(codeMail())
    expect(smtp.connections).toBe(1)
  })

  test('opens at most five connections for mails at once', async () => {
    const sendCode = make()
    await Promise.all(Array.from({ length: 20 }, () => sendCode(codeMail())))
    expect(smtp.mails).toHaveLength(20)
    expect(smtp.connections).toBeLessThanOrEqual(5)
  })

  test.each([
    ['options', () => ({ url: smtp.url, pool: false })],
    ['a URL', () => `${smtp.url}?pool=false`],
  ])('has no pool where %s say so', async (_name, transport) => {
    const sendCode = make({ transport: transport() })
    for (let i = 0; i < 2; i++) await sendCode(codeMail())
    expect(smtp.connections).toBe(2)
  })

  test('survives a server that drops its idle connection, noticed or not', async () => {
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
    ['options', () => ({ url: smtp.url, disableFileAccess: false, disableUrlAccess: false })],
    ['a URL', () => `${smtp.url}?disableFileAccess=false&disableUrlAccess=false`],
  ])('reads no file and no URL, even where %s ask for it', async (_name, transport) => {
    const { transporter, close } = openTransport(transport())
    const send = (html: object) =>
      transporter.sendMail({ to: 'ann@example.com', html } as unknown as OutgoingMail)
    await expect(send({ path: import.meta.filename })).rejects.toThrow('File access rejected')
    await expect(send({ href: 'http://127.0.0.1/' })).rejects.toThrow('Url access rejected')
    close()
  })
})

describe('close()', () => {
  test('ends idle connections', async () => {
    const sendCode = make()
    await sendCode(codeMail())
    const gone = smtp.disconnected()
    sendCode.close()
    await gone
    await expect(sendCode(codeMail())).rejects.toThrow('Connection pool was closed')
  })

  test('lets a mail that is on its way arrive first', async () => {
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

  test('may be called without a send, and twice', () => {
    const sendCode = make()
    sendCode.close()
    sendCode.close()
  })
})

describe('the signal', () => {
  test('ends a send that nobody waits for any more, and no other', async () => {
    const sendCode = make()
    const stop = new AbortController()
    smtp.hold()
    const given = Promise.resolve(sendCode(codeMail({ signal: stop.signal })))
    const other = sendCode(codeMail())
    await smtp.waitFor(2)
    stop.abort()
    const err = await given.then(undefined, (reason: unknown) => reason)
    expect(err).toMatchObject({ code: 'EABORT' })
    expect(err).not.toHaveProperty('notSent')
    smtp.release()
    await other
  })

  test('that is aborted already connects nowhere', async () => {
    await expect(make()(codeMail({ signal: AbortSignal.abort() }))).rejects.toMatchObject({
      code: 'EABORT',
    })
    expect(smtp.connections).toBe(0)
  })
})
