import { expect, it } from 'vitest'
import { smtpOfTest } from '../helpers/mail.js'
import { makeProject, runNode } from '../helpers/package.js'

const PROGRAM = `
import { mailer } from 'passport-email-otp'
const mail = {
  to: 'ann@example.com', code: '483920', digits: 6, expiresAt: new Date(Date.now() + 600_000), purpose: 'login',
  signal: new AbortController().signal,
}
for (const url of process.argv.slice(2)) {
  const transport = { url, tls: { rejectUnauthorized: false } }
  const sendCode = mailer({ transport, from: 'login@acme.example' })
  await Promise.all([sendCode(mail), sendCode(mail)])
}
const sent = performance.now()
process.on('exit', () => console.log(Math.round(performance.now() - sent)))
`

it('a program that has sent its mails ends, although it does not close its mailers, with and without TLS', async () => {
  const servers = [await smtpOfTest()]
  for (const tls of ['starttls', 'implicit'] as const) servers.push(await smtpOfTest({ tls }))
  const folder = await makeProject({ files: { 'program.mjs': PROGRAM } })
  const waitedMs = Number(await runNode(folder, 'program.mjs', ...servers.map(({ url }) => url)))
  expect(servers.map(({ mails }) => mails.length)).toEqual([2, 2, 2])
  // The connections would stay open for five seconds.
  expect(waitedMs).toBeLessThan(4_000)
})
