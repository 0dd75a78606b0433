import { generateKeyPairSync } from 'node:crypto'
import fc from 'fast-check'
import { createTransport } from 'nodemailer'
import type { TransportOptions } from 'nodemailer/lib/mailer'
import { expect, it } from 'vitest'
import type { OutgoingMail, RawMail } from '../../src/mail/outgoing-mail.js'
import { openTransport } from '../../src/mail/transporter.js'
import { codeMail } from '../helpers/code-mail.js'
import { mailerTo } from '../helpers/mail.js'
import { startScripted } from '../helpers/scripted-smtp.js'

const envelope = { from: 'login@acme.example', to: ['ann@xn--bcher-kva.example'] }

/** A mail with what nodemailer would otherwise choose. */
const PARTS = {
  from: { name: 'Été', address: envelope.from },
  to: { name: '', address: 'ann@xn--bcher-kva.example' },
  envelope,
  subject: '483920 is your Été code',
  text: 'Your code is\n\n483920\n.\n..\n',
  html: `<p>${'é'.repeat(600)}</p><img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=">`,
  headers: { 'x-own': 'one' },
  otp: { code: '483920', origin: 'https://acme.example' },
  messageId: '<one@acme.example>',
  date: 'Mon, 05 Jan 2026 08:00:00 +0000',
  baseBoundary: 'one',
}

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const dkim = {
  domainName: 'acme.example',
  keySelector: 'one',
  privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
}

const EXTENSIONS = ['SIZE 10000000', '8BITMIME', 'SMTPUTF8', 'PIPELINING', 'DSN', 'CHUNKING']

/** What a server hears while it gets a mail. */
async function heardOf(
  open: (place: object) => { sendMail(mail: never): Promise<unknown>; close(): void },
  mail: OutgoingMail | RawMail,
  extensions: readonly string[],
): Promise<string> {
  const smtp = await startScripted(undefined, { extensions })
  const transporter = open({ host: '127.0.0.1', port: smtp.port, pool: true })
  await transporter.sendMail({ ...mail } as never)
  transporter.close()
  return smtp.heard.replace(/QUIT\r\n$/, '')
}

function ours(options: TransportOptions) {
  return (place: object) => {
    const { transporter, close } = openTransport({ ...place, ...options }, false)
    return { sendMail: (one: never) => transporter.sendMail(one), close }
  }
}

async function expectSameBytes(
  mail: OutgoingMail | RawMail,
  options: TransportOptions = {},
  extensions = EXTENSIONS,
): Promise<string> {
  const theirs = (place: object) => createTransport({ ...place, ...options })
  const heard = await heardOf(ours(options), mail, extensions)
  expect(heard).toBe(await heardOf(theirs, mail, extensions))
  return heard
}

const raw = (text: string): RawMail => ({ raw: Buffer.from(text, 'latin1'), envelope })

const TEXTS = [
  ['with dots', 'Subject: one\r\n\r\n.\r\n..\r\n.code\r\n'],
  ['without an end of its last line', 'Subject: one\r\n\r\ntext'],
  ['that ends with CR', 'Subject: one\r\n\r\ntext\r'],
  ['with bare LF', 'Subject: one\n\ntext\n.\n.hidden\n'],
  ['with bare CR', 'Subject: one\r\r.text\r.\r\r\n.\r\n'],
  ['without a text', '.Subject: one\r\n\r\n\r\n\r\n'],
  ['of 8 bits', 'Subject: \xe9\r\n\r\n\xc3\xa9\r\n'],
  ['of 300 kB', `Subject: large\r\n\r\n${'.a line\r\n'.repeat(30_000)}`],
] as const

it.each(TEXTS)('a composed mail reaches the server as nodemailer sends it: %s', async (_, text) => {
  await expectSameBytes(raw(text))
  await expectSameBytes(raw(text), {}, [])
  // Nothing is composed without an end of its last line.
  const signed = await expectSameBytes(raw(`${text}\r\n`), { dkim })
  expect(signed).toContain('DKIM-Signature: v=1; a=rsa-sha256')
})

it('so does every other composed mail', async () => {
  const part = fc.constantFrom('\r', '\n', '\r\n', '.', ' ', 'a', '\xff', '\0', ':')
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: part, minLength: 1, maxLength: 40 }), async (text) => {
      await expectSameBytes(raw(`Subject: one\r\n${text}`))
    }),
    { numRuns: 25, seed: 20_260_105 },
  )
})

it('so does a mail in parts, with the options that have a say in them', async () => {
  expect(await expectSameBytes(PARTS)).toContain('OTP-Token')
  expect(await expectSameBytes(PARTS, {}, [])).not.toContain('BODY=8BITMIME')
  await expectSameBytes(PARTS, { dkim })
  const normalizeHeaderKey = (key: string) => key.toUpperCase()
  expect(await expectSameBytes(PARTS, { normalizeHeaderKey })).toContain('X-OWN: one\r\n')
})

it('pictures within the HTML part are attached where that is an option', async () => {
  const heardWith = async (options: TransportOptions) => heardOf(ours(options), PARTS, [])
  expect(await heardWith({ attachDataUrls: true })).toContain('Content-Type: image/gif')
  expect(await heardWith({})).not.toContain('Content-Type: image/gif')
})

it('a mail that cannot be signed is certainly not sent', async () => {
  const smtp = await startScripted()
  const send = mailerTo({ url: smtp.url, dkim: { ...dkim, hashAlgo: 'none' } })
  for (let i = 0; i < 4; i += 1) {
    await expect(send(codeMail())).rejects.toMatchObject({ notSent: true })
  }
  expect(smtp.connections).toBe(0)
})
