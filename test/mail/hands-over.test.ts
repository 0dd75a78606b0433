import { setImmediate } from 'node:timers/promises'
import { createTransport } from 'nodemailer'
import type { CodeMail } from 'passport-email-otp'
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import type { MailerOptions } from '../../src/mail/mailer-options.js'
import type { OutgoingMail } from '../../src/mail/outgoing-mail.js'
import { openTransport } from '../../src/mail/transporter.js'
import { codeMail } from '../helpers/code-mail.js'
import { mailerTo, smtpOfTest } from '../helpers/mail.js'
import { expectNamed } from '../helpers/rejects-option.js'
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

describe('a mail that a queue has kept', () => {
  const { signal: _signal, req: _req, ...kept } = codeMail()
  const send = (changes: object) => make()({ ...kept, ...changes } as CodeMail)
  const failure = (changes: object) =>
    send(changes).then(
      () => expect.unreachable('the mail should not have been sent'),
      (err: unknown) => err,
    )

  test.each([
    ['no signal', {}],
    ['null for a signal', { signal: null }],
    [
      'what JSON makes of a signal',
      { signal: JSON.parse(JSON.stringify(new AbortController().signal)) },
    ],
  ])('is sent with %s', async (_what, changes) => {
    await send(changes)
    expect((await smtp.next()).code).toBe(kept.code)
  })

  test('has its error, and the process goes on, with no signal and a message that fails', async () => {
    const rejections: unknown[] = []
    const heard = (err: unknown) => void rejections.push(err)
    process.on('unhandledRejection', heard)
    onTestFinished(() => void process.off('unhandledRejection', heard))
    const message = () => Promise.reject(new Error('no template'))
    for (const changes of [{}, { signal: null }, { signal: {} }, { signal: AbortSignal.abort() }]) {
      const sending = make({ message })({ ...kept, ...changes } as CodeMail)
      await expect(sending).rejects.toMatchObject({ notSent: true })
    }
    // Node.js tells of a rejection that nobody waits for once the queue of microtasks is empty.
    await setImmediate()
    expect(rejections).toEqual([])
  })

  test('says what SQL has as null as it says it of undefined', async () => {
    await send({ purposeText: null, origin: null, locale: null })
    const ofNull = await smtp.next()
    await make()(kept)
    const { text, subject } = await smtp.next()
    expect([ofNull.subject, ofNull.text]).toEqual([subject, text])
  })

  test.each<[string, object, string[]]>([
    ['no recipient', { to: undefined }, ['"to"']],
    ['null for a recipient', { to: null }, ['"to"']],
    ['a code that is a number', { code: 483920 }, ['"code"', 'a number']],
    ['a code without its zeros', { code: '3920' }, ['"code"', 'a string of 4 bytes']],
    ['a code in blanks', { code: '483920  ' }, ['"code"', 'a string of 8 bytes']],
    ['no code', { code: null }, ['"code"', 'null']],
    [
      'an expiry as JSON has it',
      { expiresAt: '2026-01-01T00:00:00.000Z' },
      ['"expiresAt"', 'a string'],
    ],
    ['an expiry in milliseconds', { expiresAt: 1_767_225_600_000 }, ['"expiresAt"', 'a number']],
    [
      'an expiry that is no time',
      { expiresAt: new Date('soon') },
      ['"expiresAt"', 'an invalid Date'],
    ],
    ['no expiry', { expiresAt: undefined }, ['"expiresAt"', 'undefined']],
    ['a controller for a signal', { signal: new AbortController() }, ['"signal"', 'an object']],
    ['a text for a signal', { signal: '' }, ['"signal"', 'a string of 0 bytes']],
  ])('is not sent with %s', async (_what, changes, named) => {
    const err = await failure(changes)
    expect(err).toBeInstanceOf(TypeError)
    expect(err).toMatchObject({ notSent: true, help: expect.any(String) })
    expectNamed((err as Error).message, 'mailer', ...named)
    expect((err as Error).message).not.toContain('3920')
    expect(smtp.connections).toBe(0)
  })

  test.each([undefined, null, 'a job'])('is not sent where it is no object: %j', async (mail) => {
    const err = await make()(mail as never).catch((reason: unknown) => reason)
    expect(err).toMatchObject({
      name: 'TypeError',
      help: 'docs/operations/queue.md',
      notSent: true,
    })
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
