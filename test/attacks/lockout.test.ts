import { type CodeMail, MemoryStore, type RequestLike, Strategy } from 'passport-email-otp'
import { describe, expect, it } from 'vitest'
import { sentBack } from '../devices/device-world.js'
import { DAY, HOUR, SECOND, stopClock } from '../helpers/clock.js'
import { SECRET } from '../helpers/mail.js'
import { ADA } from '../helpers/world.js'
import { wrongCode } from '../helpers/wrong-code.js'

const DAYS = 7
const SOLVED = { 'x-captcha': 'solved' }

/** The strategy without a route, so that a week passes in a second. */
function siege() {
  const mails: CodeMail[] = []
  const emailOtp = new Strategy(
    {
      secret: SECRET,
      store: new MemoryStore(),
      sendCode: (mail) => void mails.push(mail),
      captchaPassed: ({ headers }) => headers['x-captcha'] === 'solved',
    },
    async (email) => ({ email }),
  )
  const lastCode = () => mails.at(-1)?.code as string

  /** A browser that was never here before, with a response that keeps cookies. */
  function browser(headers: Record<string, string> = {}) {
    const cookies: string[] = []
    const res = {
      getHeader: () => undefined,
      setHeader: (_name: string, values: string[]) => void cookies.push(...values),
    }
    const req: RequestLike = { headers, session: {}, res }
    return {
      cookies,
      requestCode: () => emailOtp.requestCode(req, ADA),
      enterCode: (code: string) => emailOtp.verifyCode(req, code),
    }
  }

  /** Takes every send there is, guesses as often as is judged, and says when the next may be had. */
  async function attack(): Promise<number> {
    for (;;) {
      const eve = browser()
      const asked = await eve.requestCode()
      if (asked.reason === 'rate_limited') return asked.retryAfterSeconds * SECOND
      for (;;) {
        const { reason, next } = await eve.enterCode(wrongCode(lastCode()))
        // A code that his guesses made too short he has replaced, which costs him nothing.
        if (reason === 'expired_code') await eve.requestCode()
        else if (next !== 'enter_code') break
      }
    }
  }

  /** Comes once, asks and enters the code. */
  async function visit(headers: Record<string, string> = {}) {
    const ada = browser(headers)
    const asked = await ada.requestCode()
    if (asked.reason !== 'code_sent') return { asked, signedIn: false, cookies: [] }
    const { reason } = await ada.enterCode(lastCode())
    return { asked, signedIn: reason === 'accepted', cookies: ada.cookies }
  }

  return { mails, attack, visit, browser }
}

/** Somebody attacks without pause; the owner comes each day at eight, after he has had his turn. */
async function besieged(
  world: ReturnType<typeof siege>,
  clock: ReturnType<typeof stopClock>,
  visit: () => Promise<void>,
): Promise<void> {
  let nextAttack = Date.now()
  for (let day = 1; day <= DAYS; day++) {
    const eight = Date.now() + DAY
    while (nextAttack <= eight) {
      clock.at(nextAttack)
      nextAttack += await world.attack()
    }
    clock.at(eight)
    await visit()
  }
}

describe('a week of an attacker who guesses and asks without pause', () => {
  it('LCK-02: the owner gets in every day on a known device', async () => {
    const clock = stopClock()
    const world = siege()
    const { cookies } = await world.visit()
    const cookie = sentBack(cookies[0])
    const days: boolean[] = []
    await besieged(world, clock, async () => {
      const { signedIn } = await world.visit({ cookie })
      days.push(signedIn)
    })
    expect(days).toEqual(Array(DAYS).fill(true))
    // He did guess: the codes are as long as they get.
    expect(world.mails.at(-1)?.code).toHaveLength(10)
  })

  it('LCK-03: the owner gets in every day on a new device, with a solved CAPTCHA', async () => {
    const clock = stopClock()
    const world = siege()
    const days: boolean[] = []
    await besieged(world, clock, async () => {
      const { signedIn } = await world.visit(SOLVED)
      days.push(signedIn)
    })
    expect(days).toEqual(Array(DAYS).fill(true))
  })

  it('without either the owner waits, is told exactly how long, and loses nothing else', async () => {
    const clock = stopClock()
    const world = siege()
    const reasons = new Set<string>()
    await besieged(world, clock, async () => {
      const { asked } = await world.visit()
      reasons.add(asked.reason)
    })
    // As the figures say: not on one day.
    expect(reasons).toEqual(new Set(['rate_limited']))

    const ada = world.browser()
    const told = await ada.requestCode()
    if (told.reason !== 'rate_limited') throw new Error(told.reason)
    expect(told.pending).toBeUndefined()
    clock.pass((told.retryAfterSeconds - 1) * SECOND)
    expect(await ada.requestCode()).toMatchObject({ reason: 'rate_limited', retryAfterSeconds: 1 })
    clock.pass(SECOND)
    expect(await ada.requestCode()).toMatchObject({ reason: 'code_sent', pending: { digits: 10 } })
    expect(await ada.enterCode(world.mails.at(-1)?.code as string)).toMatchObject({ email: ADA })
  })

  it('guesses alone, without asking for more than others do, delay nobody at all', async () => {
    const clock = stopClock()
    const world = siege()
    for (let day = 1; day <= DAYS; day++) {
      // One mail in an evening, all of its guesses, and what is replaced free of charge.
      const eve = world.browser()
      await eve.requestCode()
      for (let n = 0; n < 20; n++) {
        const { reason } = await eve.enterCode(wrongCode(world.mails.at(-1)?.code as string))
        if (reason === 'expired_code') await eve.requestCode()
      }
      clock.pass(12 * HOUR)
      expect((await world.visit()).signedIn).toBe(true)
      clock.pass(12 * HOUR)
    }
  })
})
