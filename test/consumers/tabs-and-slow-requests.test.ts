import { describe, expect, it } from 'vitest'
import { SECOND, stopClock } from '../helpers/clock.js'
import { gate } from '../helpers/gate.js'
import { plainCalls } from '../helpers/plain-calls.js'
import { cookiesOf } from '../helpers/sessions.js'
import { faultyStore } from '../helpers/watch-store.js'
import { ADA, createWorld } from '../helpers/world.js'
import { wrongCode } from '../helpers/wrong-code.js'

/**
 * express-session reads a whole session at the start of a request and writes all of it at the end, the
 * last one wins. `slowRequest` is one that changes the session and takes its time.
 */
async function appWithSlowRoute() {
  const slow = { hasBegun: gate(), mayEnd: gate() }
  const world = await createWorld({
    routes: (app, emailOtp) => {
      app.get('/state', (req, res) => {
        res.json({ user: req.user ?? null, pending: emailOtp.pending(req) ?? null })
      })
      app.get('/visit', (req, res) => {
        Object.assign(req.session, { visited: true })
        res.end()
      })
      app.get('/slow', async (req, res) => {
        slow.hasBegun.open()
        await slow.mayEnd.opened
        Object.assign(req.session, { slow: true })
        res.end()
      })
    },
  })
  const { agent, requestCode: ask, enterCode: enter } = world.client()
  return {
    ...world,
    agent,
    ask,
    enter,
    home: async () => (await agent.get('/state')).body,
    /** Starts the slow request; what it answers with ends it, and with it the older session is saved. */
    async slowRequest() {
      const answered = agent.get('/slow').then()
      await slow.hasBegun.opened
      return async () => {
        slow.mayEnd.open()
        await answered
      }
    },
  }
}

it('back to the first address, another code is mailed at once: the older one does not come back', async () => {
  const { smtp, ask, enter } = await appWithSlowRoute()
  await ask(ADA)
  await ask('ben@example.com')
  await ask(ADA)
  const [first, , third] = await smtp.waitFor(3)
  expect(third?.to).toEqual([ADA])
  expect((await enter(first?.code)).body.reason).toBe('invalid_code')
  expect((await enter(third?.code)).status).toBe(200)
})

it('a second submit while the first mail is on its way gives one mail, and one code that works', async () => {
  const { smtp, agent, ask, enter } = await appWithSlowRoute()
  await agent.get('/visit')
  smtp.hold()
  const first = ask(ADA).then()
  await smtp.waitFor(1)
  const second = await ask(ADA)
  expect([second.status, second.body.reason]).toEqual([202, 'code_sent'])
  smtp.release()
  expect((await first).status).toBe(202)

  const { code } = await smtp.next()
  expect((await enter(code)).status).toBe(200)
  expect(smtp.mails).toHaveLength(1)
})

it('a code read from the mail before the asking request has ended signs in, and stays signed in', async () => {
  const { smtp, agent, ask, enter, home } = await appWithSlowRoute()
  await agent.get('/visit')
  smtp.hold()
  const asked = ask(ADA).then()
  const { code } = await smtp.next()
  expect((await enter(code)).status).toBe(200)
  smtp.release()
  expect((await asked).status).toBe(202)
  expect(await home()).toEqual({ user: { email: ADA }, pending: null })
  expect((await enter(code)).body.reason).toBe('no_pending_code')
})

it('a failed mail does not take back a sign-in that its code has made meanwhile', async () => {
  const { smtp, agent, ask, enter, home } = await appWithSlowRoute()
  await agent.get('/visit')
  smtp.hold()
  const asked = ask(ADA).then()
  const { code } = await smtp.next()
  expect((await enter(code)).status).toBe(200)
  smtp.rejectMail()
  smtp.release()
  expect((await asked).status).toBe(502)
  expect(await home()).toEqual({ user: { email: ADA }, pending: null })
})

it('an older session without the code comes back: the code is refused, asking again helps at once', async () => {
  const { smtp, agent, ask, enter, home, slowRequest } = await appWithSlowRoute()
  await agent.get('/visit')
  const endSlowly = await slowRequest()
  await ask(ADA)
  await endSlowly()
  const { code: lost } = await smtp.next()
  const refused = await enter(lost)
  expect([refused.status, refused.body.reason]).toEqual([403, 'no_pending_code'])
  expect((await home()).user).toBeNull()

  await ask(ADA)
  const { code } = await smtp.next()
  expect((await enter(code)).status).toBe(200)
})

it('an older session with the code of another address comes back: only that address can sign in', async () => {
  const { smtp, ask, enter, home, slowRequest } = await appWithSlowRoute()
  await ask(ADA)
  const endSlowly = await slowRequest()
  await ask('ben@example.com')
  await endSlowly()
  const [ada, ben] = await smtp.waitFor(2)
  expect((await enter(ben?.code)).body).toMatchObject({
    reason: 'invalid_code',
    attemptsLeft: 4,
    pending: { email: ADA },
  })
  expect((await home()).user).toBeNull()
  await enter(ada?.code)
  expect((await home()).user).toEqual({ email: ADA })
})

it('an older session does not bring attempts back', async () => {
  const { smtp, ask, enter, home, slowRequest } = await appWithSlowRoute()
  await ask(ADA)
  const endSlowly = await slowRequest()
  const { code } = await smtp.next()
  for (let n = 1; n <= 5; n++) await enter(wrongCode(code, n))
  expect((await home()).pending.ended).toBe('spent')
  await endSlowly()
  expect((await home()).pending).not.toHaveProperty('ended') // so the older session is back
  expect((await enter(code)).body.reason).toBe('too_many_attempts')
  expect((await home()).user).toBeNull()
})

it('an older session does not bring a used code back', async () => {
  const { smtp, client, ask, enter, home, slowRequest } = await appWithSlowRoute()
  const old = cookiesOf(await ask(ADA))
  const { code } = await smtp.next()
  const endSlowly = await slowRequest()
  await enter(code)
  await endSlowly()
  expect(await home()).toEqual({ user: { email: ADA }, pending: null })

  // Under the old cookie the pending state is back. The store knows better.
  const thief = client({ Cookie: old })
  expect((await thief.home()).body).toMatchObject({ pending: { email: ADA } })
  expect((await thief.enterCode(code)).body.reason).toBe('no_pending_code')
})

it('an older session after a resend still takes the code: it is the same one', async () => {
  const clock = stopClock()
  const { smtp, ask, enter, slowRequest } = await appWithSlowRoute()
  await ask(ADA)
  clock.pass(30 * SECOND)
  const endSlowly = await slowRequest()
  await ask(ADA)
  await endSlowly()
  const [first, second] = await smtp.waitFor(2)
  expect(second?.code).toBe(first?.code)
  expect((await ask(ADA)).body.retryAfterSeconds).toBe(30) // the store knows of the resend
  expect((await enter(second?.code)).status).toBe(200)
  expect(smtp.mails).toHaveLength(2)
})

describe('two calls at once on one session object, as those of a socket', () => {
  /** Enters a code for Ada's address; before the store has answered, requests a code for another address. */
  async function changedMeanwhile(codeToEnter: (code: string) => string, attempts: number) {
    const [reached, mayAnswer] = [gate(), gate()]
    const store = faultyStore((real) => ({
      attempt: async (request) => {
        const result = await real.attempt(request)
        if (--attempts === 0) {
          reached.open()
          await mayAnswer.opened
        }
        return result
      },
    }))
    const { emailOtp, req, mails } = plainCalls({ store })
    await emailOtp.requestCode(req, ADA)
    const code = codeToEnter(mails[0]?.code ?? '')
    while (attempts > 1) await emailOtp.verifyCode(req, code)
    const entering = emailOtp.verifyCode(req, code)
    await reached.opened
    await emailOtp.requestCode(req, 'eve@example.com')
    mayAnswer.open()
    await entering
    return { emailOtp, req, code: mails[1]?.code }
  }

  it.each([
    ['the last wrong code', wrongCode, 5],
    ['the right code', (code: string) => code, 1],
  ] as const)(
    '%s of the first address leaves the code of the second',
    async (_, typed, attempts) => {
      const { emailOtp, req, code } = await changedMeanwhile(typed, attempts)
      expect((await emailOtp.verifyCode(req, code)).reason).toBe('accepted')
    },
  )

  it('a mail that is refused for the first address leaves the code of the second', async () => {
    const [reached, refuse] = [gate(), gate()]
    const codes: string[] = []
    const { emailOtp, req } = plainCalls({
      sendCode: async ({ to, code }) => {
        if (to !== ADA) return void codes.push(code)
        reached.open()
        await refuse.opened
        throw Object.assign(new Error('refused'), { notSent: true })
      },
    })
    const first = emailOtp.requestCode(req, ADA)
    await reached.opened
    await emailOtp.requestCode(req, 'eve@example.com')
    refuse.open()
    await expect(first).rejects.toMatchObject({ code: 'delivery_failed' })
    expect(emailOtp.pending(req)).toMatchObject({ email: 'eve@example.com' })
    expect((await emailOtp.verifyCode(req, codes[0])).reason).toBe('accepted')
  })

  it('a session that could not be saved for the first address leaves the code of the second', async () => {
    const { emailOtp, req, mails } = plainCalls()
    const [reached, refuse] = [gate(), gate()]
    const save = async () => {
      Object.defineProperty(req.session, 'save', { value: async () => {}, configurable: true })
      reached.open()
      await refuse.opened
      throw new Error('no room')
    }
    Object.defineProperty(req.session, 'save', { value: save, configurable: true })
    const first = emailOtp.requestCode(req, ADA)
    await reached.opened
    await emailOtp.requestCode(req, 'eve@example.com')
    refuse.open()
    await expect(first).rejects.toMatchObject({ code: 'session_failed' })
    expect((await emailOtp.verifyCode(req, mails[0]?.code)).reason).toBe('accepted')
  })

  it('a right code that is entered twice at once leaves nothing pending', async () => {
    const { emailOtp, req, mails } = plainCalls()
    await emailOtp.requestCode(req, ADA)
    const enter = () => emailOtp.verifyCode(req, mails[0]?.code)
    const [first, second] = await Promise.all([enter(), enter()])
    expect([first.reason, second.reason]).toEqual(['accepted', 'no_pending_code'])
    expect([first.pending, second.pending, emailOtp.pending(req)]).toEqual(Array(3).fill(undefined))
  })
})
