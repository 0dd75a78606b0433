import { mailer } from 'passport-email-otp'
import { expect, it, onTestFinished } from 'vitest'
import { codeMail } from '../helpers/code-mail.js'
import { startScripted } from '../helpers/scripted-smtp.js'
import { startSmtp } from '../helpers/smtp.js'
import { until } from '../helpers/until.js'

/** Sends three mails with room for one connection: each needs the place of the one before. */
async function failThrice(transport: object) {
  const sendCode = mailer({
    transport: { ...transport, maxConnections: 1 },
    from: 'login@acme.example',
  })
  onTestFinished(() => sendCode.close())
  const sent = await Promise.allSettled([1, 2, 3].map(() => sendCode(codeMail())))
  const notSent = { status: 'rejected', reason: { notSent: true } }
  expect(sent).toMatchObject([notSent, notSent, notSent])
}

it.each(['implicit', 'starttls'] as const)(
  'a connection whose certificate is not trusted frees its place (%s)',
  async (tls) => {
    const smtp = await startSmtp({ tls })
    onTestFinished(() => smtp.close())
    await failThrice({ url: smtp.url })
    expect(smtp.mails).toEqual([])
  },
)

it('a connection whose server does not speak TLS frees its place', async () => {
  const smtp = await startScripted()
  await failThrice({ url: smtp.url.replace('smtp:', 'smtps:') })
  await until(() => smtp.open.size === 0)
})

it('a connection whose server offers STARTTLS and then refuses it frees its place', async () => {
  const smtp = await startScripted(undefined, { extensions: ['STARTTLS'] })
  await failThrice({ url: smtp.url, requireTLS: true })
  await until(() => smtp.open.size === 0)
})

it.each([
  ['no user', { auth: { user: '', pass: 'x' } }],
  ['an unknown way', { auth: { user: 'ann', pass: 'x' }, authMethod: 'NONSENSE' }],
])('a connection whose login cannot be made (%s) frees its place', async (_, options) => {
  const smtp = await startScripted(undefined, { extensions: ['AUTH PLAIN'] })
  await failThrice({ url: smtp.url, ...options })
  await until(() => smtp.open.size === 0)
})

it('a server that says more than was asked, at every phase, gets no mail twice and frees its place', async () => {
  const smtp = await startScripted()
  const sendCode = mailer({
    transport: { url: smtp.url, maxConnections: 1 },
    from: 'login@acme.example',
  })
  onTestFinished(() => sendCode.close())
  for (const phase of ['greeting', 'ehlo', 'mail', 'rcpt', 'data', 'dot']) {
    smtp.script = (at) => (at === phase ? '250 Ok\r\n550 No\r\nhello' : undefined)
    const before = smtp.accepted.length
    await Promise.resolve(sendCode(codeMail())).catch(() => {})
    smtp.script = () => undefined
    await sendCode(codeMail({ code: '271828' }))
    const sent = smtp.accepted.slice(before)
    expect(sent.filter((message) => message.includes('271828'))).toHaveLength(1)
    expect(sent.length).toBeLessThanOrEqual(2)
  }
})
