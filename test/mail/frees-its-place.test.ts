import { expect, it } from 'vitest'
import { codeMail } from '../helpers/code-mail.js'
import { mailerTo, smtpOfTest } from '../helpers/mail.js'
import { startScripted } from '../helpers/scripted-smtp.js'
import { until } from '../helpers/until.js'

/** Sends three mails with room for one connection: each needs the place of the one before. */
async function failThrice(transport: object, error: object = {}) {
  const sendCode = mailerTo({ ...transport, maxConnections: 1 })
  const sent = await Promise.allSettled([1, 2, 3].map(() => sendCode(codeMail())))
  const notSent = { status: 'rejected', reason: { ...error, notSent: true } }
  expect(sent).toMatchObject([notSent, notSent, notSent])
}

it.each(['implicit', 'starttls'] as const)(
  'a connection whose certificate is not trusted frees its place (%s)',
  async (tls) => {
    const smtp = await smtpOfTest({ tls })
    await failThrice({ url: smtp.url }, { originalCode: 'DEPTH_ZERO_SELF_SIGNED_CERT' })
    expect(smtp.mails).toEqual([])
  },
)

it.each([
  ['whose server does not speak TLS', [], { secure: true }],
  ['whose server offers STARTTLS and then refuses it', ['STARTTLS'], { requireTLS: true }],
  ['that has no user for its login', ['AUTH PLAIN'], { auth: { user: '', pass: 'x' } }],
  [
    'that has an unknown way for its login',
    ['AUTH PLAIN'],
    { auth: { user: 'ann', pass: 'x' }, authMethod: 'NONSENSE' },
  ],
])('a connection %s frees its place', async (_what, extensions, options) => {
  const smtp = await startScripted(undefined, { extensions })
  await failThrice({ host: '127.0.0.1', port: smtp.port, ...options })
  await until(() => smtp.open.size === 0)
})

it('a server that says more than was asked, at every phase, gets no mail twice and frees its place', async () => {
  const smtp = await startScripted()
  const sendCode = mailerTo({ url: smtp.url, maxConnections: 1 })
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
