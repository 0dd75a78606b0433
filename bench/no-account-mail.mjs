// What an attacker can measure of a mail that goes out after the answer: how long the next request takes, which
// is sent right after the answer to a request for a code. Known and unknown addresses take turns. With and without a
// mail for unknown addresses (docs/guides/no-account-mail.md). The mail server accepts at once, on this machine.
//
// npm run build && node bench/no-account-mail.mjs

import { once } from 'node:events'
import { Agent, createServer, request } from 'node:http'
import { mailer, Strategy } from 'passport-email-otp'
import { SMTPServer } from 'smtp-server'

const ROUNDS = 300
const smtp = new SMTPServer({
  authOptional: true,
  disabledCommands: ['AUTH', 'STARTTLS'],
  onData(stream, _session, done) {
    stream.on('data', () => {})
    stream.on('end', done)
  },
})
await once(smtp.listen(0, '127.0.0.1'), 'listening')
const from = 'Acme <login@acme.example>'

async function measure(tells) {
  const transport = `smtp://127.0.0.1:${smtp.server.address().port}`
  const send = mailer({ transport, from, appName: 'Acme' })
  const strategy = new Strategy(
    {
      secret: 'a secret of a bench, 0123456789 and more of it',
      sendCode: send,
      async allowEmail(email) {
        if (email.startsWith('known')) return true
        if (tells) await send({ ...sample, to: email }).catch(() => {})
        return false
      },
    },
    async (email) => ({ email }),
  )
  const server = createServer((req, res) => {
    if (req.method === 'GET') return res.end('ok')
    Object.assign(req, { session: {}, res })
    strategy.requestCode(req, req.headers['x-email']).then(() => res.end('ok'))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const call = (method, email = '') =>
    new Promise((resolve, reject) => {
      const start = process.hrtime.bigint()
      const { port } = server.address()
      request({ port, method, agent, headers: { 'x-email': email } }, (res) => {
        res.resume().on('end', () => resolve(Number(process.hrtime.bigint() - start) / 1e6))
      })
        .on('error', reject)
        .end()
    })
  const times = { known: [], unknown: [] }
  for (let n = 0; n < ROUNDS; n++) {
    for (const kind of n % 2 ? ['known', 'unknown'] : ['unknown', 'known']) {
      await call('POST', `${kind}${n}@example.com`)
      times[kind].push(await call('GET'))
      await strategy.idle()
    }
  }
  agent.destroy()
  server.close()
  send.close()
  const median = (all) => all.toSorted((a, b) => a - b)[all.length >> 1].toFixed(2)
  console.log(
    `${tells ? 'with' : 'without'} a mail to unknown addresses: the next request takes ` +
      `${median(times.known)} ms after a known one, ${median(times.unknown)} ms after an unknown one`,
  )
}

const sample = {
  code: '493027',
  digits: 6,
  expiresAt: new Date(Date.now() + 600_000),
  purpose: 'login',
  purposeText: undefined,
  locale: 'en',
  origin: undefined,
  pendingId: 'bcdfghjkmnpqrstv',
  isSecondFactor: false,
  isLengthened: false,
  account: undefined,
  signal: new AbortController().signal,
}

for (const tells of [false, true, false, true]) await measure(tells)
smtp.close()
