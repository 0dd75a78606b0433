import { describe, expect, it } from 'vitest'
import { HOUR, MINUTE, SECOND, stopClock } from '../helpers/clock.js'
import { faultyStore, storeOnClock } from '../helpers/watch-store.js'
import { ADA, createWorld } from '../helpers/world.js'
import { redirectingApp } from './redirecting-app.js'

const BEN = 'ben@example.com'

describe('pending.resendInSeconds after rate_limited', () => {
  /** Five sends are used up, and one browser still waits for a code. */
  async function withoutSends() {
    const clock = stopClock()
    const app = await redirectingApp()
    for (let n = 0; n < 4; n++) await app.newBrowser().plain({ email: ADA })
    await app.submit({ email: ADA })
    const { code } = (await app.smtp.waitFor(5)).at(-1) as { code: string }
    clock.pass(MINUTE)
    return { ...app, clock, code }
  }

  it('is the real wait, after a reload too, and counts down', async () => {
    const { clock, submit, page } = await withoutSends()
    expect((await page()).pending.resendInSeconds).toBe(0)
    await submit({ email: ADA })
    const { outcome, pending } = await page()
    expect(outcome).toMatchObject({ reason: 'rate_limited', retryAfterSeconds: 89 * 60 })
    expect(pending.resendInSeconds).toBe(89 * 60)
    clock.pass(10 * SECOND)
    expect((await page()).pending.resendInSeconds).toBe(89 * 60 - 10)
  })

  it('is the real wait of a code that has ended, too', async () => {
    const { clock, submit, page } = await withoutSends()
    clock.pass(10 * MINUTE)
    await submit({ email: ADA })
    expect((await page()).pending).toMatchObject({ ended: 'expired', resendInSeconds: 79 * 60 })
  })

  it('says nothing about another address', async () => {
    const { submit, page } = await withoutSends()
    await submit({ email: BEN })
    await submit({ email: ADA })
    const { outcome, pending } = await page()
    expect(outcome).toMatchObject({ reason: 'rate_limited', pending: { email: BEN } })
    expect(pending).toMatchObject({ email: BEN, resendInSeconds: 30 })
  })

  it('is the spacing again once a mail went out', async () => {
    const { clock, submit, page } = await withoutSends()
    await submit({ email: ADA })
    clock.pass(89 * MINUTE)
    await submit({ email: ADA })
    expect((await page()).pending).toMatchObject({ expiresInSeconds: 600, resendInSeconds: 30 })
  })

  it('leaves the pending code as it was', async () => {
    const { submit, home, code } = await withoutSends()
    await submit({ email: ADA })
    await submit({ code })
    expect((await home()).user).toEqual({ email: ADA })
  })
})

describe('with a clock that was set back', () => {
  it('no time is longer than configured', async () => {
    const clock = stopClock()
    const { client } = await createWorld({ ttlSeconds: 300, resendAfterSeconds: 20 })
    const ada = client()
    await ada.requestCode(ADA)
    clock.pass(-2 * HOUR)
    expect((await ada.home()).body.pending).toMatchObject({
      expiresInSeconds: 300,
      resendInSeconds: 20,
    })
  })

  it('a wait for a send is not longer than the store said', async () => {
    const clock = stopClock()
    const { client } = await createWorld({ maxSendsPerHour: 1, maxSendsPerDay: 1 })
    const ada = client()
    await ada.requestCode(ADA)
    clock.pass(MINUTE)
    const { retryAfterSeconds } = (await ada.requestCode(ADA)).body
    clock.pass(-2 * HOUR)
    const { pending } = (await ada.home()).body
    expect(pending.resendInSeconds).toBe(retryAfterSeconds)
  })

  it('the mail does not promise more time than a code has', async () => {
    const clock = stopClock()
    let storeTime = Date.now()
    const left: number[] = []
    const { client } = await createWorld({
      store: storeOnClock(() => storeTime),
      sendCode: ({ expiresAt }) => void left.push(expiresAt.getTime() - Date.now()),
    })
    const ada = client()
    await ada.requestCode(ADA)
    // Another process of the application, whose clock is an hour slow, sends the code again.
    clock.pass(-HOUR)
    storeTime += 30 * SECOND
    expect((await ada.requestCode(ADA)).body).toMatchObject({
      retryAfterSeconds: 30,
      pending: { expiresInSeconds: 600, resendInSeconds: 30 },
    })
    expect(left).toEqual([10 * MINUTE, 10 * MINUTE])
  })

  it('a store whose own clock was set back names no wait beyond the spacing', async () => {
    const store = faultyStore((real) => ({
      open: async (request) => {
        const result = await real.open(request)
        return result.outcome === 'waiting' ? { ...result, retryAfterMs: HOUR } : result
      },
    }))
    const { client } = await createWorld({ store })
    const ada = client()
    await ada.requestCode(ADA)
    expect((await ada.requestCode(ADA)).body).toMatchObject({
      reason: 'code_sent',
      retryAfterSeconds: 30,
    })
  })
})

describe('a pending state that an earlier version wrote', () => {
  it('has no field of later versions and still accepts its code', async () => {
    const { client, codeFor, sessions } = await createWorld()
    const ada = client()
    const code = await codeFor(ada)
    const { id, kid, email, digits, purpose, subject, budget, sentAt, expiresAt, resendAt } =
      await sessions.pending()
    await sessions.edit((data) => {
      data['email-otp'] = {
        ...{ id, kid, email, digits, purpose, subject, budget, sentAt, expiresAt, resendAt },
        remembered: null,
      }
    })
    expect((await ada.home()).body.pending).toMatchObject({ email: ADA, resendInSeconds: 30 })
    expect((await ada.enterCode(code)).status).toBe(200)
  })
})
