import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { createTransport } from 'nodemailer'
import { type MailerOptions, MemoryStore, mailer, Strategy } from 'passport-email-otp'
import { describe, expect, it } from 'vitest'
import { afterThisTest, SECRET } from '../helpers/app.js'
import { type SmtpOptions, startSmtp } from '../helpers/smtp.js'
import { noExim, startExim } from './exim.js'

const LOGIN = { user: 'app@acme.example', pass: 'hunter2 hunter2' }

/** What the check says of a mail server. */
async function checked(transport: MailerOptions['transport']) {
  const sendCode = mailer({ transport, from: 'login@acme.example' })
  afterThisTest(() => sendCode.close())
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
  afterThisTest(() => smtp.close())
  return smtp
}

const ms = expect.any(Number)
const well = { ok: true, ms, problems: [], checked: true }
const ill = (problem: string | RegExp) => ({
  ok: false,
  ms,
  problems: [typeof problem === 'string' ? problem : expect.stringMatching(problem)],
  checked: true,
})

describe('a mail server', () => {
  it('that takes mail is well, and gets none', async () => {
    const smtp = await start()
    expect(await checked(smtp.url)).toEqual(well)
    expect([smtp.connections, smtp.mails]).toEqual([1, []])
  })

  it('that takes the login is well', async () => {
    const { url } = await start({ auth: LOGIN })
    expect(await checked(url)).toEqual(well)
  })

  it('that refuses the login is named so, without a word of the login', async () => {
    const { port } = await start({ auth: LOGIN })
    const auth = { ...LOGIN, pass: 'hunter2' }
    expect(await checked({ host: '127.0.0.1', port, auth })).toEqual(
      ill('The mail server refused the login (EAUTH, 535).'),
    )
  })

  it('whose certificate nobody trusts can’t be used', async () => {
    for (const tls of ['starttls', 'implicit'] as const) {
      const { url } = await start({ tls })
      const { ok, problems } = await checked(url)
      expect([tls, ok, problems.length]).toEqual([tls, false, 1])
    }
  })

  it('that has no TLS where TLS is asked for can’t be used', async () => {
    const { url } = await start()
    expect(await checked(`${url}?requireTLS=true`)).toEqual(
      ill(/^The connection to the mail server can’t be secured \(ETLS/),
    )
  })

  it('that isn’t there can’t be reached', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    server.close()
    await once(server, 'close')
    expect(await checked(`smtp://127.0.0.1:${port}`)).toEqual(
      ill(/^The mail server can’t be reached, or doesn’t answer as one \(ESOCKET/),
    )
    expect(await checked('smtp://mail.nowhere.invalid')).toEqual(ill(/can’t be reached/))
  })

  it('that hangs up, or speaks another language, doesn’t answer as one', async () => {
    for (const greet of ['', 'HTTP/1.1 400 Bad Request\r\n\r\n']) {
      const server = createServer((socket) => socket.end(greet)).listen(0, '127.0.0.1')
      afterThisTest(() => server.close())
      await once(server, 'listening')
      const { port } = server.address() as AddressInfo
      expect(await checked(`smtp://127.0.0.1:${port}`)).toEqual(ill(/doesn’t answer as one/))
    }
  })

  it('that never says a word is given up', async () => {
    const { port } = await start({ greets: false })
    const mute = { host: '127.0.0.1', port, connectionTimeout: 50 }
    expect(await checked(mute)).toEqual(ill(/doesn’t answer as one \(ETIMEDOUT\)/))
  })
})

describe('a transport', () => {
  it('that can’t be checked is not said to be well-tried', async () => {
    for (const transport of [
      { jsonTransport: true as const },
      createTransport({ streamTransport: true }),
      { sendMail: async () => ({}) },
    ]) {
      expect(await checked(transport)).toEqual({ ok: true, ms, problems: [], checked: false })
    }
  })

  it('of the application’s own is asked as it is', async () => {
    const smtp = await start({ auth: LOGIN })
    const own = createTransport({ url: smtp.url })
    expect(await checked(own)).toEqual(well)
    const odd = { sendMail: async () => ({}), verify: () => Promise.reject('hunter2') }
    expect(await checked(odd)).toEqual(ill(/\(no reason\)\.$/))
  })
})

describe.skipIf(noExim)('exim4', () => {
  it('is well with the right login, and refuses a wrong one', async () => {
    const { port } = await startExim(LOGIN)
    expect(await checked({ host: '127.0.0.1', port, auth: LOGIN })).toEqual(well)
    const auth = { ...LOGIN, pass: 'hunter2' }
    expect(await checked({ host: '127.0.0.1', port, auth })).toEqual(
      ill('The mail server refused the login (EAUTH, 535).'),
    )
  })
})
