import { setTimeout as later } from 'node:timers/promises'
import session from 'express-session'
import { expect, it } from 'vitest'
import { gate } from '../helpers/gate.js'
import { type Sessions, sessions } from '../helpers/sessions.js'
import { ADA, createWorld } from '../helpers/world.js'

it('ENU-03: an answer takes as long for a known address as for an unknown one', async () => {
  const { client } = await createWorld({
    // Whoever waits for either would answer known addresses 300 or 400 ms later.
    allowEmail: (email) => email.startsWith('known') && later(100, true),
    sendCode: () => later(300),
  })
  const took = { known: [] as number[], nobody: [] as number[] }
  const browser = client()
  await browser.requestCode('warm@x.org')
  for (let n = 0; n < 200; n++) {
    for (const kind of n % 2 ? (['known', 'nobody'] as const) : (['nobody', 'known'] as const)) {
      const started = performance.now()
      const asked = await browser.requestCode(`${kind}${n}@x.org`)
      took[kind].push(performance.now() - started)
      expect(asked.status).toBe(202)
    }
  }
  const median = (all: number[]) => all.sort((a, b) => a - b)[all.length / 2] as number
  expect(Math.abs(median(took.known) - median(took.nobody))).toBeLessThan(25)
})

it('ENU-03: neither allowEmail nor the mail begins before the answer has left, also where the session store is slow', async () => {
  const order: string[] = []
  const stored = gate()
  const memory = new session.MemoryStore()
  const slow = Object.assign(Object.create(memory), {
    // express-session touches a session that is older than this request, then ends the response.
    touch: (sid: string, data: session.SessionData, done: () => void) => {
      void stored.opened.then(() => memory.touch(sid, data, done))
    },
  }) as Sessions['store']
  const { client, heard } = await createWorld({
    session: sessions(slow),
    before: (_req, res, next) => {
      res.on('finish', () => order.push('answered'))
      next()
    },
    allowEmail: () => order.push('allowEmail'),
    sendCode: () => void order.push('sendCode'),
  })
  const ada = client()
  await ada.requestCode(ADA)
  await heard('sent')
  const once = ['answered', 'allowEmail', 'sendCode']
  expect(order).toEqual(once)
  order.length = 0
  const second = ada.requestCode('bob@x.org').then((answer) => answer)
  await heard('issued', 2)
  for (let n = 0; n < 5; n++) await new Promise(setImmediate)
  stored.open()
  await second
  await heard('sent', 2)
  expect(order).toEqual(once)
})

it('ENU-03: of requestCode the promise settles before allowEmail is asked', async () => {
  const order: string[] = []
  const { emailOtp, heard } = await createWorld({
    allowEmail: () => order.push('allowEmail'),
    sendCode: () => void order.push('sendCode'),
  })
  await emailOtp.requestCode({ headers: {}, session: {} }, ADA)
  order.push('settled')
  await heard('sent')
  expect(order).toEqual(['settled', 'allowEmail', 'sendCode'])
})
