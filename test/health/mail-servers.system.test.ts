import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { createTransport } from 'nodemailer'
import { type MailerOptions, MemoryStore, mailer, Strategy } from 'passport-email-otp'
import { describe, expect, it, onTestFinished } from 'vitest'
import { SECRET } from '../helpers/mail.js'
import { type SmtpOptions, startSmtp } from '../helpers/smtp.js'
import { noExim, startExim } from './exim.js'

const LOGIN = { user: 'app@acme.example', pass: 'hunter2 hunter2' }

/** Checks a mail server, and expects that the result shows neither login nor host. */
async function checked(transport: MailerOptions['transport']) {
  const sendCode = mailer({ transport, from: 'login@acme.example' })
  onTestFinished(() => sendCode.close())
  const store = new MemoryStore()
  const emailOtp = new Strategy({ secret: SECRET, sendCode, store }, async (email) => ({ email }))
  const health = await emailOtp.check()
  const said = JSON.stringify(health)
  for (const secret of ['hunter2', 'acme.example', '127.0.0.1']) expect(said).not.toContain(secret)
  expect(health.ok).toBe(health.mail.ok)
  return health.mail
}

async function start(options?: SmtpOptions) {
  const smtp = await startSmtp(options)
  onTestFinished(() => smtp.close())
  return smtp
}

const ms = expect.any(Number)
const healthy = { ok: true, ms, problems: [], checked: true }
const withProblem = (problem: string | RegExp) => ({
  ok: false,
  ms,
  problems: [typeof problem === 'string' ? problem : expect.stringMatching(problem)],
  checked: true,
})

describe('check() of a mail server', () => {
  it('reports a server that accepts mail as healthy, and sends no mail', async () => {
    const smtp = await start()
    expect(await checked(smtp.url)).toEqual(healthy)
    expect([smtp.connections, smtp.mails]).toEqual([1, []])
  })

  it('reports a server that accepts the login as healthy', async () => {
    const { url } = await start({ auth: LOGIN })
    expect(await checked(url)).toEqual(healthy)
  })

  it('reports a rejected login without showing it', async () => {
    const { port } = await start({ auth: LOGIN })
    const auth = { ...LOGIN, pass: 'hunter2' }
    expect(await checked({ host: '127.0.0.1', port, auth })).toEqual(
      withProblem('The mail server rejected the login (EAUTH, 535).'),
    )
  })

  it('reports a certificate that is not trusted', async () => {
    for (const tls of ['starttls', 'implicit'] as const) {
      const { url } = await start({ tls })
      const { ok, problems } = await checked(url)
      expect([tls, ok, problems.length]).toEqual([tls, false, 1])
    }
  })

  it('reports a server without the required TLS', async () => {
    const { url } = await start()
    expect(await checked(`${url}?requireTLS=true`)).toEqual(
      withProblem(/^Could not establish a secure connection to the mail server \(ETLS/),
    )
  })

  it('reports a server that cannot be reached', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    server.close()
    await once(server, 'close')
    expect(await checked(`smtp://127.0.0.1:${port}`)).toEqual(
      withProblem(/^The mail server cannot be reached, or it does not speak SMTP \(ESOCKET/),
    )
    expect(await checked('smtp://mail.nowhere.invalid')).toEqual(withProblem(/cannot be reached/))
  })

  it('reports a server that closes the connection or does not speak SMTP', async () => {
    for (const greet of ['', 'HTTP/1.1 400 Bad Request\r\n\r\n']) {
      const server = createServer((socket) => socket.end(greet)).listen(0, '127.0.0.1')
      onTestFinished(() => void server.close())
      await once(server, 'listening')
      const { port } = server.address() as AddressInfo
      expect(await checked(`smtp://127.0.0.1:${port}`)).toEqual(withProblem(/does not speak SMTP/))
    }
  })

  it('reports a server that never sends its greeting', async () => {
    const { port } = await start({ greets: false })
    const mute = { host: '127.0.0.1', port, connectionTimeout: 50 }
    expect(await checked(mute)).toEqual(withProblem(/does not speak SMTP \(ETIMEDOUT\)/))
  })
})

describe('check() of a transport', () => {
  it('reports a transport that cannot be checked as not checked', async () => {
    for (const transport of [
      { jsonTransport: true as const },
      createTransport({ streamTransport: true }),
      { sendMail: async () => ({}) },
    ]) {
      expect(await checked(transport)).toEqual({ ok: true, ms, problems: [], checked: false })
    }
  })

  it('calls verify() of the application’s own transporter', async () => {
    const smtp = await start({ auth: LOGIN })
    const own = createTransport({ url: smtp.url })
    expect(await checked(own)).toEqual(healthy)
    const odd = { sendMail: async () => ({}), verify: () => Promise.reject('hunter2') }
    expect(await checked(odd)).toEqual(withProblem(/\(no error code\)\.$/))
  })
})

describe.skipIf(noExim)('exim4', () => {
  it('accepts the right login and rejects a wrong one', async () => {
    const { port } = await startExim(LOGIN)
    expect(await checked({ host: '127.0.0.1', port, auth: LOGIN })).toEqual(healthy)
    const auth = { ...LOGIN, pass: 'hunter2' }
    expect(await checked({ host: '127.0.0.1', port, auth })).toEqual(
      withProblem('The mail server rejected the login (EAUTH, 535).'),
    )
  })
})
