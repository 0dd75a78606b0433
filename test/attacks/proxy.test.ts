import { expect, it } from 'vitest'
import { stopClock } from '../helpers/clock.js'
import { ADA, createWorld } from '../helpers/world.js'
import { guess } from '../helpers/wrong-code.js'

it('PRX-01: no header of a request gets into a mail', async () => {
  stopClock()
  const { client, smtp } = await createWorld()
  const headers = [
    {},
    { host: 'evil.example', origin: 'https://evil.example' },
    { host: 'evil.example', 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'javascript' },
    { forwarded: 'host=evil.example;proto=http', 'x-original-host': 'evil.example' },
    { referer: 'https://evil.example/', 'user-agent': 'evil.example' },
    { 'accept-language': 'evil.example', 'x-real-ip': 'evil.example' },
  ]
  const mails = []
  for (const [n, more] of headers.entries()) {
    await client(more as Record<string, string>).requestCode(n < 5 ? ADA : 'eve@x.org')
    const mail = await smtp.next()
    expect(mail.raw).not.toContain('evil.example')
    mails.push([mail.subject, mail.text, mail.html].join('\n').replaceAll(mail.code, '[code]'))
  }
  expect(new Set(mails).size).toBe(1)
})

it('PRX-02: another address of the client with each request changes no limit', async () => {
  const { client, codeFor } = await createWorld()
  const from = (n: number) => ({
    'x-forwarded-for': `10.0.${n}.1`,
    'x-real-ip': `10.0.${n}.1`,
    forwarded: `for=10.0.${n}.1`,
    'cf-connecting-ip': `10.0.${n}.1`,
    'user-agent': `browser ${n}`,
  })
  const statuses = []
  for (let n = 0; n < 8; n++) statuses.push((await client(from(n)).requestCode(ADA)).status)
  expect(statuses).toEqual([...Array(5).fill(202), ...Array(3).fill(429)])

  const bob = client()
  const code = await codeFor(bob, 'bob@example.com')
  const answers = []
  for (let n = 1; n <= 7; n++) {
    answers.push(
      ...(await guess({ ...bob, enterCode: (c) => bob.enterCode(c).set(from(n)) }, code, 1)),
    )
  }
  expect(answers.map(({ status }) => status)).toEqual([...Array(5).fill(401), 429, 429])
})
