import { expect, it } from 'vitest'
import {
  budgetOf,
  COOKIE,
  deviceWorld,
  drain,
  forgedCookie,
  sentBack,
} from '../devices/device-world.js'
import { ADA, createWorld, EVE } from '../helpers/world.js'
import { guess, wrongCode } from '../helpers/wrong-code.js'
import { eachStore } from './each-store.js'

const SOLVED = { 'x-captcha': 'solved' }

/** As an application compares accounts that knows a mailbox provider's folding. */
function accountKey(email: string): string {
  const [local = '', domain] = email.split('@')
  return `${local.replace(/\+.*/, '').replaceAll('.', '')}@${domain}`
}

eachStore(({ newStore }) => {
  it('LCK-02: strangers’ sends are used up, and whoever has the device’s cookie still gets a mail', async () => {
    const world = await deviceWorld({ store: await newStore() })
    const Cookie = sentBack((await world.signIn()).device)
    await drain(world)
    expect((await world.client().requestCode(ADA)).status).toBe(429)
    const mailed = world.mails.length
    const ada = world.client({ Cookie })
    expect((await ada.requestCode(ADA)).status).toBe(202)
    expect(world.mails).toHaveLength(mailed + 1)
    expect((await ada.enterCode(world.mails.at(-1)?.code)).status).toBe(200)
  })

  it('LCK-03: so does whoever solves a CAPTCHA, within the same limits and the same count of failures', async () => {
    const world = await deviceWorld({
      store: await newStore(),
      captchaPassed: ({ headers }) => headers['x-captcha'] === 'solved',
    })
    const eve = world.client()
    await eve.requestCode(ADA)
    await guess(eve, world.mails.at(-1)?.code as string, 5)
    await drain(world)

    const ada = world.client(SOLVED)
    const asked = await ada.requestCode(ADA)
    expect([asked.status, asked.body.pending.digits]).toEqual([202, 8])
    expect((await ada.enterCode(wrongCode(world.mails.at(-1)?.code as string))).status).toBe(401)
    expect((await world.heard('rejected')).at(-1)?.failures).toBe(6)
    const statuses = []
    for (let n = 0; n < 5; n++) statuses.push((await world.client(SOLVED).requestCode(ADA)).status)
    expect(statuses).toEqual([202, 202, 202, 202, 429])
  })

  it('LCK-05: a forged, foreign or expired cookie is a stranger’s, and no error', async () => {
    const world = await deviceWorld({ store: await newStore() })
    const past = Math.floor(Date.now() / 1000) - 1
    const cookies = [
      forgedCookie({ secret: 'a secret of Eve, 0123456789 and more' }),
      forgedCookie({ email: EVE }),
      forgedCookie({ endSeconds: past }),
      'x'.repeat(72),
    ]
    for (const cookie of cookies) {
      expect((await world.client({ Cookie: `${COOKIE}=${cookie}` }).requestCode(ADA)).status).toBe(
        202,
      )
      expect(budgetOf(world)).toBe('email-otp/stranger')
    }
    await drain(world)
    for (const cookie of cookies) {
      expect((await world.client({ Cookie: `${COOKIE}=${cookie}` }).requestCode(ADA)).status).toBe(
        429,
      )
    }
  })

  it('INT-17: with accountKey both spellings of an account share failures and sends', async () => {
    const { client, codeFor } = await createWorld({ store: await newStore(), accountKey })
    const eve = client()
    await guess(eve, await codeFor(eve, 'ada+1@example.com'), 3)
    await guess(eve, await codeFor(eve, 'a.d.a@example.com'), 2)
    expect(await codeFor(client(), ADA)).toHaveLength(8)
    const statuses = []
    for (const email of ['ada+2@example.com', 'ad.a@example.com', 'ada+3@example.com', ADA]) {
      statuses.push((await client().requestCode(email)).status)
    }
    expect(statuses).toEqual([202, 202, 429, 429])
  })

  it('INT-17: without it each spelling has both of its own', async () => {
    const { client, codeFor } = await createWorld({ store: await newStore() })
    const eve = client()
    await guess(eve, await codeFor(eve, 'ada+1@example.com'), 5)
    expect(await codeFor(client(), ADA)).toHaveLength(6)
  })
})
