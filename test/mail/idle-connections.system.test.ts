import { expect, it, onTestFinished } from 'vitest'
import { makeProject, runNode } from '../helpers/package.js'
import { startSmtp } from '../helpers/smtp.js'

const PROGRAM = `
import { mailer } from 'passport-email-otp'
const transport = { url: process.argv[2], tls: { rejectUnauthorized: false } }
const sendCode = mailer({ transport, from: 'login@acme.example' })
const mail = {
  to: 'ann@example.com', code: '483920', digits: 6, expiresAt: new Date(Date.now() + 600_000), purpose: 'login',
  signal: new AbortController().signal,
}
await Promise.all([sendCode(mail), sendCode(mail)])
const sent = performance.now()
process.on('exit', () => console.log(Math.round(performance.now() - sent)))
`

it.each([undefined, 'starttls', 'implicit'] as const)(
  'a program that has sent its mails ends, although it does not close the mailer (TLS: %s)',
  async (tls) => {
    const smtp = await startSmtp(tls && { tls })
    onTestFinished(() => smtp.close())
    const folder = await makeProject({ files: { 'program.mjs': PROGRAM } })
    const waitedMs = Number(await runNode(folder, 'program.mjs', smtp.url))
    expect(smtp.mails).toHaveLength(2)
    // The connections would stay open for five seconds.
    expect(waitedMs).toBeLessThan(4_000)
  },
)
