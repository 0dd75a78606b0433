import { describe, expect, it } from 'vitest'
import { stopClock } from '../helpers/clock.js'
import { ADA, EVE } from '../helpers/world.js'
import { wrongCode } from '../helpers/wrong-code.js'
import { budgetOf, COOKIE, deviceWorld, forgedCookie, sentBack } from './device-world.js'

describe('LCK-05: a cookie that is none leaves a stranger, and no error', () => {
  it.each<[string, (real: string) => string]>([
    ['an edited id', (real) => `${real[0] === 'A' ? 'B' : 'A'}${real.slice(1)}`],
    ['an edited MAC', (real) => `${real.slice(0, -1)}${real.at(-1) === 'A' ? 'B' : 'A'}`],
    ['a later end', (real) => `${real.slice(0, 22)}_____${real.slice(27)}`],
    ['a shorter one', (real) => real.slice(0, -1)],
    ['a longer one', (real) => `${real}A`],
    ['no value', () => ''],
    ['another secret', () => forgedCookie({ secret: 'a secret of Eve, 0123456789 and more' })],
    ['another address', () => forgedCookie({ email: EVE })],
    ['an end in the past', () => forgedCookie({ endSeconds: Math.floor(Date.now() / 1000) })],
    ['no address at all', () => forgedCookie({ addressHash: '' })],
    ['signs that no cookie has', () => '%00%0d%0a=;;="é'],
  ])('%s', async (_what, forge) => {
    stopClock()
    const world = await deviceWorld()
    const real = sentBack((await world.signIn()).device).split('=')[1] as string
    const Cookie = `${COOKIE}=${encodeURI(forge(real))}`
    expect((await world.client({ Cookie }).requestCode(ADA)).status).toBe(202)
    expect(budgetOf(world)).toBe('email-otp/stranger')
  })

  it('and what the forged ones above are measured by is taken', async () => {
    const world = await deviceWorld()
    await world.client({ Cookie: `${COOKIE}=${forgedCookie()}` }).requestCode(ADA)
    expect(budgetOf(world)).toBe('email-otp/device')
  })

  it('cookies that somebody else has set beside it don’t hide it', async () => {
    const world = await deviceWorld()
    const real = sentBack((await world.signIn()).device)
    const others = Array.from({ length: 90 }, () => `${COOKIE}=${forgedCookie({ email: EVE })}`)
    for (const Cookie of [
      [...others, real],
      [real, ...others],
      ['a=b', `x${real}`, real],
    ]) {
      await world.client({ Cookie: Cookie.join('; ') }).requestCode(ADA)
      expect(budgetOf(world)).toBe('email-otp/device')
    }
    await world.client({ Cookie: `x${real}` }).requestCode(ADA)
    expect(budgetOf(world)).toBe('email-otp/stranger')
  })

  it('a thousand cookies, in whatever form a host has its headers, are looked through', async () => {
    const { emailOtp, calls } = await deviceWorld()
    const forged = Array.from({ length: 1000 }, () => `${COOKIE}=${forgedCookie({ email: EVE })}`)
    const cookie = [...forged, `${COOKIE}=${forgedCookie()}`].join('; ')
    for (const headers of [{ cookie }, new Headers({ cookie })]) {
      await emailOtp.requestCode({ headers, session: {} }, ADA)
      expect(budgetOf({ calls })).toBe('email-otp/device')
      await emailOtp.requestCode({ headers, session: {} }, 'eva@example.com')
      expect(budgetOf({ calls })).toBe('email-otp/stranger')
    }
  })

  it('it opens nothing else: with it alone nobody is signed in, and no code is checked for less', async () => {
    const world = await deviceWorld()
    const Cookie = sentBack((await world.signIn()).device)
    const thief = world.client({ Cookie })
    expect((await thief.home()).status).toBe(401)
    expect((await thief.enterCode('123456')).body.reason).toBe('no_pending_code')
    await thief.requestCode(ADA)
    const { code } = world.mails.at(-1) as { code: string }
    expect((await thief.enterCode(wrongCode(code))).body.attemptsLeft).toBe(4)
  })
})
