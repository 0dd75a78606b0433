import type { RequestLike } from 'passport-email-otp'
import { describe, expect, it } from 'vitest'
import { deviceWorld, drain, sentBack } from '../devices/device-world.js'
import { SECOND, stopClock } from '../helpers/clock.js'
import { plainCalls } from '../helpers/plain-calls.js'
import { ADA, createWorld } from '../helpers/world.js'
import { guess } from '../helpers/wrong-code.js'

const SOLVED = { 'x-captcha': 'solved' }
const captcha = {
  captchaPassed: ({ headers }: RequestLike) => Object(headers)['x-captcha'] === 'solved',
}

describe('LCK-03: a solved CAPTCHA', () => {
  it('has sends of its own: the same limits, and the same count of failures', async () => {
    stopClock()
    const { client, codeFor, smtp } = await createWorld(captcha)
    const eve = client()
    await guess(eve, await codeFor(eve), 5)
    await drain({ client })
    expect((await client().requestCode(ADA)).status).toBe(429)
    for (let n = 0; n < 5; n++) {
      expect((await client(SOLVED).requestCode(ADA)).body.pending.digits).toBe(8)
    }
    const limited = await client(SOLVED).requestCode(ADA)
    expect([limited.status, limited.body.retryAfterSeconds]).toEqual([429, 5400])
    expect(smtp.mails).toHaveLength(10)
  })

  it('is asked for once, and not at all on a known device', async () => {
    let asked = 0
    const world = await deviceWorld({
      captchaPassed: async () => {
        asked += 1
        return true
      },
    })
    const Cookie = sentBack((await world.signIn()).device)
    expect(asked).toBe(1)
    await world.client({ Cookie }).requestCode(ADA)
    expect(asked).toBe(1)
    expect(world.calls.at(-1)?.request).toMatchObject({ budget: { key: 'email-otp/device' } })
  })

  it.each([[{ success: false }], ['false'], [1], [undefined], [null], [false]])(
    'that came to %o was not solved',
    async (answer) => {
      const { emailOtp, req, calls } = plainCalls({ captchaPassed: () => answer as boolean })
      await emailOtp.requestCode(req, ADA)
      expect(calls[0]?.request).toMatchObject({ budget: { key: 'email-otp/stranger' } })
    },
  )

  it('whose service is broken is an error, before anything is counted or mailed', async () => {
    const { emailOtp, req, calls, mails } = plainCalls({
      captchaPassed: () => Promise.reject(new Error('no CAPTCHA today')),
    })
    await expect(emailOtp.requestCode(req, ADA)).rejects.toThrow(/^no CAPTCHA today$/)
    expect([calls, mails]).toEqual([[], []])
  })

  it('gives back to the budget that a code was last mailed on, and to no other', async () => {
    const clock = stopClock()
    const world = await deviceWorld({ ...captcha, knownBrowsers: false })
    for (let n = 0; n < 5; n++) {
      const ada = world.client()
      await ada.requestCode(ADA)
      clock.pass(30 * SECOND)
      expect((await ada.post({ email: ADA }).set(SOLVED)).status).toBe(202)
      expect((await ada.enterCode(world.mails.at(-1)?.code)).status).toBe(200)
    }
    // Five strangers' mails have gone out, and nobody answered those.
    expect((await world.client().requestCode(ADA)).status).toBe(429)
    for (let n = 0; n < 5; n++)
      expect((await world.client(SOLVED).requestCode(ADA)).status).toBe(202)
    expect((await world.client(SOLVED).requestCode(ADA)).status).toBe(429)
  })
})
