import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { createTransport } from 'nodemailer'
import { type MailerOptions, MemoryStore, mailer, Strategy } from 'passport-email-otp'
import { SMTPServer } from 'smtp-server'
import { describe, expect, it, onTestFinished } from 'vitest'
import { SELF_SIGNED } from '../helpers/certificates.js'
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

const REJECTED_LOGIN =
  'The mail server rejected the user name or the password. Check both. In an SMTP URL, special characters ' +
  'must be percent-encoded. Some providers require an app password instead of the usual one. ' +
  'The error code is EAUTH, 535.'

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
    expect(await checked({ host: '127.0.0.1', port, auth })).toEqual(withProblem(REJECTED_LOGIN))
  })

  it('reports a certificate that is not trusted, and how to trust it', async () => {
    for (const tls of ['starttls', 'implicit'] as const) {
      const { url } = await start({ tls })
      expect([tls, await checked(url)]).toEqual([
        tls,
        withProblem(/^The certificate of the mail server is not trusted\. .* NODE_EXTRA_CA_CERTS /),
      ])
    }
  })

  it('reports a certificate that was issued for another host', async () => {
    const { port } = await start({ tls: 'implicit' })
    const tls = { ca: SELF_SIGNED.cert }
    expect(await checked({ host: '127.0.0.1', port, secure: true, tls })).toEqual(
      withProblem(/^The certificate of the mail server was issued for another host name\. Use /),
    )
  })

  it('reports an expired certificate', async () => {
    // The certificate that smtp-server has built in expired in 2025.
    const server = new SMTPServer({ secure: true, logger: false })
    onTestFinished(() => void server.close())
    server.on('error', () => {})
    const listener = server.listen(0, '127.0.0.1')
    await once(listener, 'listening')
    const { port } = listener.address() as AddressInfo
    expect(await checked(`smtps://127.0.0.1:${port}`)).toEqual(
      withProblem(/^The certificate of the mail server is not valid now\. Renew /),
    )
  })

  it('reports a server without the required TLS', async () => {
    const { url } = await start()
    expect(await checked(`${url}?requireTLS=true`)).toEqual(
      withProblem(/^The mail server does not offer TLS, and TLS is required\. Use smtps:\/\/ /),
    )
  })

  it('reports a login that would be sent without TLS to another machine', async () => {
    const { port } = await start({ auth: LOGIN })
    expect(await checked({ host: '0.0.0.0', port, auth: LOGIN })).toEqual(
      withProblem(/^The mail server does not offer TLS, so user name and password were not sent/),
    )
  })

  it('reports TLS at a port that starts in plain text', async () => {
    const { port } = await start()
    expect(await checked(`smtps://127.0.0.1:${port}`)).toEqual(
      withProblem(
        /^The mail server does not start with TLS\. Use smtp:\/\/ instead of smtps:\/\/ /,
      ),
    )
  })

  it('reports plain text at a port that starts with TLS', async () => {
    const { port } = await start({ tls: 'implicit' })
    const quick = { host: '127.0.0.1', port, greetingTimeout: 50 }
    expect(await checked(quick)).toEqual(
      withProblem(/^The mail server did not answer in time\. .* Port 465 needs smtps:\/\/\. /),
    )
  })

  it('reports a login without a password, and a server that requires a login', async () => {
    const { port } = await start({ auth: LOGIN })
    expect(await checked(`smtp://app@127.0.0.1:${port}`)).toEqual(
      withProblem(/^Could not log in to the mail server\. Give both a user name and a password/),
    )
  })

  it('reports a server that cannot be reached', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    server.close()
    await once(server, 'close')
    expect(await checked(`smtp://127.0.0.1:${port}`)).toEqual(
      withProblem(/^Could not connect to the mail server\. Check host and port/),
    )
    expect(await checked('smtp://mail.nowhere.invalid')).toEqual(
      withProblem(/^The host name of the mail server was not found\. Check the host name/),
    )
  })

  it('reports a server that closes the connection, and one that does not speak SMTP', async () => {
    for (const [greet, words] of [
      ['', /^The mail server closed the connection\. Check the port: /],
      ['HTTP/1.1 400 Bad Request\r\n\r\n', /^The mail server does not speak SMTP\. /],
    ] as const) {
      const server = createServer((socket) => socket.on('error', () => {}).end(greet))
      server.listen(0, '127.0.0.1')
      onTestFinished(() => void server.close())
      await once(server, 'listening')
      const { port } = server.address() as AddressInfo
      expect(await checked(`smtp://127.0.0.1:${port}`)).toEqual(withProblem(words))
    }
  })

  it('reports a server that never sends its greeting', async () => {
    const { port } = await start({ greets: false })
    const mute = { host: '127.0.0.1', port, connectionTimeout: 50 }
    expect(await checked(mute)).toEqual(
      withProblem(/^The mail server did not answer in time\. .* The error code is ETIMEDOUT\.$/),
    )
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
    expect(await checked(odd)).toEqual(
      withProblem(/^The mail server could not be used, .* The error has no code\.$/),
    )
  })
})

describe.skipIf(noExim)('exim4', () => {
  it('accepts the right login and rejects a wrong one', async () => {
    const { port } = await startExim(LOGIN)
    expect(await checked({ host: '127.0.0.1', port, auth: LOGIN })).toEqual(healthy)
    const auth = { ...LOGIN, pass: 'hunter2' }
    expect(await checked({ host: '127.0.0.1', port, auth })).toEqual(withProblem(REJECTED_LOGIN))
  })

  it('gets no login without TLS on another machine, and one over TLS', async () => {
    const plain = await startExim(LOGIN)
    expect(await checked({ host: '0.0.0.0', port: plain.port, auth: LOGIN })).toEqual(
      withProblem(/^The mail server does not offer TLS, so user name and password were not sent/),
    )
    const { port } = await startExim({ ...LOGIN, certificate: SELF_SIGNED })
    const known = { ca: SELF_SIGNED.cert, servername: 'mail.acme.example' }
    const login = { host: '0.0.0.0', port, auth: LOGIN }
    expect(await checked({ ...login, tls: known })).toEqual(healthy)
    expect(await checked(login)).toEqual(
      withProblem(/^The certificate of the mail server is not trusted\. /),
    )
  })
})
