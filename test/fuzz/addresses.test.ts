import { randomInt } from 'node:crypto'
import fc from 'fast-check'
import { createTransport, type Transport } from 'nodemailer'

import { mailer } from 'passport-email-otp'
import { expect, test } from 'vitest'
import { parseEmail } from '../../src/challenge/email.js'
import { codeMail } from '../helpers/code-mail.js'

/** With FUZZ_SECONDS, for whoever has a minute, forty times as many. */
const CASES = process.env.FUZZ_SECONDS ? 100_000 : 2_500
type MimeNode = Parameters<Transport['send']>[0]['message']

const FROM = 'login@acme.example'

/** Any character at all, those that mail clients and IDNA map to others more often. */
const character = fc.oneof(
  fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
  fc.constantFrom(
    ...'@,;:<>()[]"\\ \t\r\n\0%.-_\u00ad\u200b\u200d\u3002\uff0e\uff20\u2024\u24d0\u2179',
  ),
  fc.constantFrom(
    ...'\u00df\u03c2\u0130\u0131\u017f\u212a\ufb01\u1e9e\ufe0f\u0307\u0338\u202e\ufeff',
  ),
)

/** What is an address, or nearly one. */
function nearAddresses(): fc.Arbitrary<string> {
  const atom = fc.stringMatching(/^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]{1,12}$/)
  const local = fc.array(atom, { minLength: 1, maxLength: 3 }).map((atoms) => atoms.join('.'))
  const label = fc.oneof(
    fc.stringMatching(/^[A-Za-z0-9]([A-Za-z0-9-]{0,10}[A-Za-z0-9])?$/),
    fc.stringMatching(/^[a-zßäöüéñøçA-ZÄÖÜÉ0-9]{1,10}$/),
    fc.stringMatching(/^[а-яА-Яα-ωあ-ん一-十]{1,8}$/),
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 2 }),
    fc.constant('xn--bcher-kva'),
  )
  const top = fc.oneof(fc.stringMatching(/^[A-Za-z]{2,8}$/), fc.constant('рф'))
  const address = fc
    .tuple(local, fc.array(label, { minLength: 1, maxLength: 2 }), top)
    .map(([name, labels, end]) => `${name}@${labels.join('.')}.${end}`)
  const changed = fc
    .tuple(address, fc.nat(200), fc.nat(1), character)
    .map(([text, place, length, one]) => {
      const at = place % (text.length + 1)
      return text.slice(0, at) + one + text.slice(at + length)
    })
  return fc.oneof({ weight: 3, arbitrary: address }, { weight: 2, arbitrary: changed })
}

/** nodemailer up to what it would give to a server: the envelope, and the message with its header. */
function watchedTransporter() {
  const last: { message?: MimeNode } = {}
  const transport: Transport = {
    name: 'watched',
    version: '1',
    send: ({ message }, done) => {
      last.message = message
      done(null, { envelope: message.getEnvelope(), messageId: message.messageId() } as never)
    },
  }
  return { last, transporter: createTransport(transport) }
}

/** Whoever a header names as a recipient. */
function recipientsIn(headers = ''): string[] {
  const fields = headers.replace(/\r\n(?=[ \t])/g, '').split('\r\n')
  return fields
    .filter((field) => /^(to|cc|bcc|resent-.*):/i.test(field))
    .map((field) => field.slice(4))
}

test('every address that is accepted reaches nodemailer’s envelope and header unchanged and alone', async () => {
  const { last, transporter } = watchedTransporter()
  let handedOver: { to: object } | undefined
  const sendCode = mailer({
    from: FROM,
    transport: {
      sendMail: (mail) => {
        handedOver = mail as { to: object }
        return transporter.sendMail(mail as object)
      },
    },
  })
  const nearly = nearAddresses()
  let accepted = 0
  let refused = 0
  while (accepted < CASES) {
    const seed = randomInt(2 ** 31)
    for (const typed of fc.sample(nearly, { seed, numRuns: 1_250 })) {
      const to = parseEmail(typed)
      if (to === undefined) {
        refused += 1
        continue
      }
      accepted += 1
      // One in fifty as the mailer does it; the rest in the same form without the text, which takes its time.
      const isWhole = accepted % 50 === 1
      if (isWhole) await sendCode(codeMail({ to }))
      else {
        await transporter.sendMail({
          ...{ from: FROM, subject: 'x', text: 'x' },
          to: { ...handedOver?.to, address: to },
          envelope: { from: FROM, to: [to] },
        })
      }
      const what = `${JSON.stringify(typed)}, seed ${seed}`
      expect(JSON.stringify(last.message?.getEnvelope()), what).toBe(
        JSON.stringify({ from: FROM, to: [to] }),
      )
      if (accepted % 10 === 1)
        expect(recipientsIn(last.message?.buildHeaders()), what).toEqual([to])
    }
  }
  // The near misses are near: a good part of what is tried is refused, and by far not all.
  expect(refused).toBeGreaterThan(CASES / 20)
  expect(refused).toBeLessThan(2 * CASES)
}, 120_000)
