import { createTransport } from 'nodemailer'
import { type Mailer, type MailerOptions, mailer } from 'passport-email-otp'
import { expect, it, onTestFinished } from 'vitest'
import { expectRejected } from '../helpers/rejects-option.js'
import { startSmtp } from '../helpers/smtp.js'
import { ADA, createWorld, EVE } from '../helpers/world.js'

/** A world whose mails are written so. */
async function mailing(options: Partial<MailerOptions>) {
  const smtp = await startSmtp()
  onTestFinished(() => smtp.close())
  const sendCode: Mailer = mailer({ transport: smtp.url, from: 'login@acme.example', ...options })
  onTestFinished(() => sendCode.close())
  const world = await createWorld({ sendCode })
  return { ...world, smtp }
}

it.each([
  ['a CRLF', 'Your code\r\nBcc: eve@attacker.example'],
  ['a line feed', 'Your code\nBcc: eve@attacker.example'],
  ['a carriage return', 'Your code\rBcc: eve@attacker.example'],
  ['a line end at its end', 'Your code\r\n'],
  ['nothing in it', ''],
  ['no text', { toString: (): string => 'Your code' }],
  ['a list', ['Your code']],
])('INJ-02: a subject with %s is refused, and no mail goes out', async (_what, subject) => {
  const { client, smtp } = await mailing({
    message: () => ({ subject: subject as string, text: 'hello' }),
  })
  const asked = await client().requestCode(ADA)
  expect(asked.body.code).toBe('delivery_failed')
  expect(smtp.mails).toEqual([])
})

it('INJ-02: names with line ends are refused when the mailer is made', () => {
  const transport = createTransport({ jsonTransport: true })
  for (const name of ['Acme\r\nBcc: e@x.org', 'Acme\n', 'A\0cme', 'A\x1bcme']) {
    expectRejected(() => mailer({ transport, from: `${name} <a@acme.example>` }), 'from')
    expectRejected(() => mailer({ transport, from: { name, address: 'a@acme.example' } }), 'from')
    expectRejected(() => mailer({ transport, from: 'a@acme.example', appName: name }), 'appName')
  }
  for (const from of ['a@acme.example, e@x.org', 'a@acme.example\r\nBcc: e@x.org', '<a@x.org']) {
    expectRejected(() => mailer({ transport, from }), 'from')
  }
})

it('INJ-03: what looks like a template in an address is an address and nothing else', async () => {
  const seen: string[] = []
  const { client, smtp } = await mailing({
    message: (details) => {
      const { req: _, ...said } = details // a request holds what was typed
      seen.push(JSON.stringify(said))
      return { subject: 'Your code', text: `Your code is ${details.code}.` }
    },
  })
  const plain = await createWorld()
  const addresses = [
    ...['a{{7*7}}@x.org', 'a{{code}}@x.org', '$' + '{7*7}@x.org', '{%7*7%}@x.org', '#{7*7}@x.org'],
    ...['`id`@x.org', '$code@x.org', '%s@x.org', "'or'1'='1@x.org", '*@x.org', '~root@x.org'],
  ]
  for (const email of addresses) {
    expect((await client().requestCode(email)).status, email).toBe(202)
    expect((await smtp.next()).envelope.to).toEqual([email])
    await plain.client().requestCode(email)
    const { text, html, subject } = await plain.smtp.next()
    // The mail quotes no address at all, so there is nothing to interpolate.
    expect(`${subject}${text}${html}`).not.toContain(email.split('@')[0])
    expect(text.replace(/\d{6}/g, '')).not.toContain('49')
  }
  expect(seen.join()).not.toContain('x.org')
})

it('INJ-05: an application’s name is text in the HTML part, whatever it holds', async () => {
  const appName = `<script>alert("1")</script> & 'Co' <img src=x onerror=x>`
  const { client, smtp } = await mailing({ appName })
  await client().requestCode(ADA)
  const mail = await smtp.next()
  expect(mail.html).not.toMatch(/<script|<img|onerror=x>/)
  expect(mail.html).toContain(
    '&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; &#39;Co&#39;',
  )
  expect(mail.text).toContain(appName)
  expect(mail.code).toMatch(/^\d{6}$/)
})

it('INJ-05: so is the display name of the sender, in header and page', async () => {
  const { client, smtp } = await mailing({ from: '<b>Acme</b>, Inc. <login@acme.example>' }).catch(
    () => mailing({ from: { name: '<b>Acme</b>, Inc.', address: 'login@acme.example' } }),
  )
  await client().requestCode(ADA)
  const mail = await smtp.next()
  expect(mail.from).toEqual({ name: '<b>Acme</b>, Inc.', address: 'login@acme.example' })
  expect(mail.envelope.from).toBe('login@acme.example')
  expect(mail.html).not.toContain('<b>')
})

it('INJ-06: of an own mail text three keys are taken, and no file or URL is read', async () => {
  const { client, smtp } = await mailing({
    message: ({ code }) =>
      ({
        subject: 'Your code',
        text: `It is ${code}.`,
        html: `<p>${code}</p>`,
        attachments: [{ filename: 'x', path: '/etc/passwd' }],
        alternatives: [{ path: '/etc/passwd' }],
        ...{ raw: { path: '/etc/passwd' }, icalEvent: { path: '/etc/passwd' }, watchHtml: 'x' },
        ...{ amp: { path: '/etc/passwd' }, to: EVE, cc: EVE, bcc: EVE, from: EVE, sender: EVE },
        ...{
          envelope: { to: [EVE] },
          headers: { 'X-Evil': EVE },
          replyTo: EVE,
          list: { help: EVE },
        },
        ...{ attachDataUrls: true, dsn: { recipient: EVE }, encoding: 'x', href: 'file:///etc' },
      }) as never,
  })
  await client().requestCode(ADA)
  const mail = await smtp.next()
  expect(mail.envelope.to).toEqual([ADA])
  expect(mail.raw).not.toMatch(/root:|passwd|attacker|X-Evil|attachment/i)
  expect(mail.subject).toBe('Your code')
})

it.each(['text', 'html'] as const)('INJ-06: %s as an object is refused', async (part) => {
  for (const value of [
    { path: '/etc/passwd' },
    { href: 'http://127.0.0.1/' },
    Buffer.from('x'),
    1,
  ]) {
    const { client, smtp } = await mailing({
      message: () => ({ subject: 'x', text: 'x', [part]: value }) as never,
    })
    expect((await client().requestCode(ADA)).body.code).toBe('delivery_failed')
    expect(smtp.mails).toEqual([])
  }
})
