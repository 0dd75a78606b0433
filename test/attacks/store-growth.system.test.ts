import { expect, it } from 'vitest'
import { HOUR, MINUTE, SECOND } from '../helpers/clock.js'
import { ADA, createWorld } from '../helpers/world.js'
import { wrongCode } from '../helpers/wrong-code.js'
import { eachStore } from './each-store.js'

eachStore(({ clock, counted, clocked }) => {
  it('STO-02: a thousand guesses at challenges that aren’t there leave nothing behind', async () => {
    const { store, rows } = await counted()
    const { emailOtp } = await createWorld({ store, sendCode: () => {} })
    const session: Record<string, Record<string, unknown>> = {}
    await emailOtp.requestCode({ headers: {}, session }, ADA)
    const before = await rows()
    expect(before).toBeGreaterThan(0)
    for (let n = 0; n < 1_000; n++) {
      const id = Buffer.from(`challenge ${n}`.padEnd(16)).toString('base64url')
      const email = n % 2 ? ADA : `a${n}@example.com`
      const planted = { 'email-otp': { ...session['email-otp'], id, email } }
      const info = await emailOtp.verifyCode({ headers: {}, session: planted }, '123456')
      expect(info.reason).toBe('no_pending_code')
    }
    expect(await rows()).toBe(before)
  })

  it('STO-03: asking until no send is left changes neither expiry nor attempts of what is pending', async () => {
    const { store, clock } = await clocked()
    const { client, codeFor } = await createWorld({ store })
    const ada = client()
    const start = Date.now()
    const code = await codeFor(ada)
    await ada.enterCode(wrongCode(code))
    const reasons = []
    for (let n = 0; n < 8; n++) {
      await clock.pass(31 * SECOND)
      reasons.push((await ada.requestCode(ADA)).body.reason)
    }
    expect(reasons).toEqual([...Array(4).fill('code_sent'), ...Array(4).fill('rate_limited')])
    await clock.at(start + 10 * MINUTE - 1)
    const wrong = await ada.enterCode(wrongCode(code, 2))
    expect(wrong.body.attemptsLeft).toBe(3)
    expect((await ada.enterCode(code)).status).toBe(200)
  })

  // A store that reads the application's own clock always has the same time.
  if (clock === 'process') return
  it.each([
    ['behind', -HOUR],
    ['ahead', HOUR],
  ])(
    'STF-09: an application whose clock goes an hour %s has codes that live by the store’s',
    async (_what, skew) => {
      const { store, clock } = await clocked()
      const { client, codeFor } = await createWorld({ store })
      const [ada, bob] = [client(), client()]
      const codes = [await codeFor(ada), await codeFor(bob, 'bob@example.com')]
      await clock.pass(10 * MINUTE - 1)
      // Set right, or wrong, while the codes wait.
      clock.skew(skew)
      expect((await ada.enterCode(codes[0])).status).toBe(200)
      await clock.pass(1)
      const late = await bob.enterCode(codes[1])
      expect(late.status).toBeGreaterThanOrEqual(401)
      expect(late.body.reason).toBe(skew < 0 ? 'no_pending_code' : 'expired_code')
    },
  )
})
