import { MemoryStore } from 'passport-email-otp'
import { describe, expect, it } from 'vitest'
import { DAY, SECOND, stopClock } from '../helpers/clock.js'
import { ADA, EVE } from '../helpers/world.js'
import { wrongCode } from '../helpers/wrong-code.js'
import {
  budgetOf,
  COOKIE,
  DEVICE_DAYS,
  deviceWorld,
  drain,
  sentBack,
  setCookies,
} from './device-world.js'

describe('the cookie of a known device', () => {
  it('comes with a right code, beside the cookie of the session, and with nothing else', async () => {
    const { client, mails } = await deviceWorld()
    const ada = client()
    for (const answer of [
      await ada.requestCode(ADA),
      await ada.home(),
      await ada.enterCode(''),
      await ada.enterCode(wrongCode(mails[0]?.code as string)),
    ]) {
      expect(setCookies(answer).filter((line) => line.startsWith(COOKIE))).toEqual([])
    }
    const lines = setCookies(await ada.enterCode(mails[0]?.code))
    expect(lines).toHaveLength(2)
    expect(lines[1]).toMatch(/^connect\.sid=/)
    expect(lines[0]).toMatch(
      /^email-otp\.device=[\w-]{72}; Path=\/; Max-Age=15552000; HttpOnly; SameSite=Lax$/,
    )
    expect(lines[0]).toContain(`Max-Age=${DEVICE_DAYS * 24 * 60 * 60};`)
  })

  it('is Secure where the request is, as the proxy that Express trusts says', async () => {
    const { app, signIn } = await deviceWorld()
    const https = { 'X-Forwarded-Proto': 'https' }
    expect((await signIn(ADA, https)).device).not.toMatch(/Secure/)
    app.set('trust proxy', true)
    expect((await signIn(ADA, https)).device).toMatch(/; SameSite=Lax; Secure$/)
    expect((await signIn(ADA)).device).not.toMatch(/Secure/)
  })

  it('is another one each time, and says nothing of the address', async () => {
    const { signIn, emailOtp } = await deviceWorld()
    const values = []
    for (let n = 0; n < 3; n++) values.push(sentBack((await signIn()).device))
    expect(new Set(values).size).toBe(3)
    expect(new Set(values.map((value) => value.slice(0, 30))).size).toBe(3)
    for (const value of values) {
      const bytes = Buffer.from(value.split('=')[1] as string, 'base64url').toString('latin1')
      for (const known of [ADA, 'example', emailOtp.addressHash(ADA)]) {
        expect(`${value}${bytes}`).not.toContain(known)
      }
    }
  })

  it('is not set for whom the verify function turns away', async () => {
    const { client, mails } = await deviceWorld({ verify: async () => false })
    const eve = client()
    await eve.requestCode(EVE)
    const refused = await eve.enterCode(mails[0]?.code)
    expect(refused.body.reason).toBe('not_allowed')
    expect(setCookies(refused).filter((line) => line.includes('device'))).toEqual([])
  })

  it('is left out with `knownBrowsers: false`, and one that is there counts for nothing', async () => {
    const store = new MemoryStore()
    const { signIn } = await deviceWorld({ store })
    const Cookie = sentBack((await signIn()).device)
    const off = await deviceWorld({ store, knownBrowsers: false })
    expect((await off.signIn()).device).toBeUndefined()
    await off.client({ Cookie }).requestCode(ADA)
    expect(budgetOf(off)).toBe('email-otp/stranger')
  })

  it('has a name that cookies may have, whatever the strategy is called', async () => {
    const world = await deviceWorld({ name: "staff (it's ours); a=b, 日本" })
    const ada = world.client()
    await ada.requestCode(ADA)
    const lines = setCookies(await ada.enterCode(world.mails[0]?.code))
    const line = lines.find((one) => one.includes('.device='))
    // RFC 6265 4.1.1: a token of RFC 2616.
    expect(line).toMatch(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+\.device=[\w-]{72};/)
    await world.client({ Cookie: sentBack(line) }).requestCode(ADA)
    expect(budgetOf(world)).toMatch(/\/device$/)
  })
})

describe('LCK-02: whoever has the cookie', () => {
  it('gets mail while a stranger has used up what strangers may ask for', async () => {
    const world = await deviceWorld()
    const Cookie = sentBack((await world.signIn()).device)
    await drain(world)
    expect((await world.client().requestCode(ADA)).body.reason).toBe('rate_limited')
    const ada = world.client({ Cookie })
    expect((await ada.requestCode(ADA)).status).toBe(202)
    expect(budgetOf(world)).toBe('email-otp/device')
    expect((await ada.enterCode(world.mails.at(-1)?.code)).status).toBe(200)
  })

  it('has the same limits, and the same codes: guesses of others make these longer too', async () => {
    stopClock()
    const world = await deviceWorld()
    const Cookie = sentBack((await world.signIn()).device)
    const eve = world.client()
    await eve.requestCode(ADA)
    const { code } = world.mails.at(-1) as { code: string }
    for (let n = 1; n <= 5; n++) await eve.enterCode(wrongCode(code, n))
    for (let n = 0; n < 5; n++) {
      expect((await world.client({ Cookie }).requestCode(ADA)).body.pending.digits).toBe(8)
    }
    const limited = await world.client({ Cookie }).requestCode(ADA)
    expect([limited.status, limited.body.retryAfterSeconds]).toEqual([429, 5400])
  })

  it('is known for one address, and a stranger to every other', async () => {
    const world = await deviceWorld()
    const Cookie = sentBack((await world.signIn(EVE)).device)
    await world.client({ Cookie }).requestCode(ADA)
    expect(budgetOf(world)).toBe('email-otp/stranger')
    await world.client({ Cookie }).requestCode('EVE@Attacker.Example')
    expect(budgetOf(world)).toBe('email-otp/device')
  })

  it('is known for 180 days, by the end that was sealed and not by the browser’s word', async () => {
    const clock = stopClock()
    const world = await deviceWorld()
    const Cookie = sentBack((await world.signIn()).device)
    clock.pass(DEVICE_DAYS * DAY - SECOND)
    await world.client({ Cookie }).requestCode(ADA)
    expect(budgetOf(world)).toBe('email-otp/device')
    clock.pass(SECOND)
    const late = await world.client({ Cookie }).requestCode(ADA)
    expect([late.status, budgetOf(world)]).toEqual([202, 'email-otp/stranger'])
  })
})

it('plain calls remember a device too, where the response hangs on the request', async () => {
  const { emailOtp, mails } = await deviceWorld()
  const headers: Record<string, unknown> = { 'set-cookie': 'sid=1' }
  const res = {
    headersSent: false,
    getHeader: (name: string) => headers[name.toLowerCase()],
    setHeader: (name: string, value: unknown) => {
      headers[name.toLowerCase()] = value
    },
  }
  const req = { headers: {}, session: {} }
  await emailOtp.requestCode(req, ADA)
  await emailOtp.verifyCode({ ...req, res }, mails[0]?.code)
  expect(headers['set-cookie']).toEqual(['sid=1', expect.stringMatching(/^email-otp\.device=/)])

  // One that was sent already, and none at all, leave a stranger and no error.
  for (const late of [
    { ...res, headersSent: true, setHeader: () => expect.unreachable() },
    undefined,
  ]) {
    await emailOtp.requestCode(req, ADA)
    const { reason } = await emailOtp.verifyCode({ ...req, res: late }, mails.at(-1)?.code)
    expect(reason).toBe('accepted')
  }
})
