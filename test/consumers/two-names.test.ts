import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Strategy } from 'passport-email-otp'
import request from 'supertest'
import { expect, it } from 'vitest'
import { SECOND, stopClock } from '../helpers/clock.js'
import { startMail, strategyOn } from '../helpers/mail.js'
import { serveStrategies } from '../helpers/passport-app.js'
import { ADA } from '../helpers/world.js'
import { wrongCode } from '../helpers/wrong-code.js'
import { SECOND_FACTOR } from '../second-factor/two-factor-app.js'

/** A door for everybody and one for administrators, in one application, on one store. */
async function twoDoors(options: { sessionKey?: string } = {}) {
  const mail = await startMail()
  const members = strategyOn(mail, { ...options, name: 'members' })
  const admins = strategyOn(mail, { ...options, name: 'admins' })
  const server = await serveStrategies([members, admins], {
    routes: (app, auth) => {
      app.post('/:door', (req, res, next) => {
        auth.authenticate(
          req.params.door,
          (err: unknown, user: Express.User | false, info: object, status: number) => {
            if (err) return next(err)
            res.status(user ? 200 : status).json({ user, ...info })
          },
        )(req, res, next)
      })
    },
  })
  const agent = request.agent(server)
  const through = (path: string) => ({
    ask: (email: string) => agent.post(path).send({ email }),
    enter: (code: string) => agent.post(path).send({ code }),
  })
  return { ...mail, members: through('/members'), admins: through('/admins') }
}

it('each has a challenge of its own, side by side in one session, and a code of one is none of the other', async () => {
  const { smtp, members, admins } = await twoDoors()
  await members.ask(ADA)
  const { code } = await smtp.next()
  expect((await admins.enter(code)).body.reason).toBe('no_pending_code')
  await admins.ask(ADA)
  const { code: forAdmins } = await smtp.next()
  expect(forAdmins).not.toBe(code)
  expect((await admins.enter(code)).body.reason).toBe('invalid_code')
  expect((await admins.enter(forAdmins)).body.user).toEqual({ email: ADA })
  expect((await members.enter(code)).body.user).toEqual({ email: ADA })
})

it('a code of one is none of the other even where both share a session key', async () => {
  const { smtp, members, admins } = await twoDoors({ sessionKey: 'otp' })
  await members.ask(ADA)
  const { code } = await smtp.next()
  const refused = await admins.enter(code)
  expect(refused.body).toMatchObject({ user: false, reason: 'invalid_code', attemptsLeft: 4 })
  expect((await members.enter(code)).body.user).toEqual({ email: ADA })
})

it('the password of one sends no code of the other, and a proof of one is none of the other, under one session key', async () => {
  const clock = stopClock()
  const mail = await startMail()
  const purpose = 'pay'
  const [members, admins] = ['members', 'admins'].map((name) =>
    strategyOn(mail, {
      ...{ name, sessionKey: 'otp', purposes: { [purpose]: 'pay a bill' } },
      ...SECOND_FACTOR,
    }),
  ) as [Strategy, Strategy]
  const req = { headers: {}, sessionID: 'x', session: { regenerate() {} } }
  const eve = { ...req, user: { id: '7', email: 'eve@example.com' } }
  await members.requestCode(eve, undefined, { purpose })
  const { code } = await mail.smtp.next()
  clock.pass(31 * SECOND)
  const again = async (strategy: Strategy) =>
    (await strategy.requestCode(req, undefined, { purpose })).reason
  expect(await again(admins)).toBe('not_signed_in')
  const visitors = strategyOn(mail, { name: 'visitors', sessionKey: 'otp' })
  expect((await visitors.requestCode(req, undefined)).reason).toBe('invalid_email')
  expect(await again(members)).toBe('code_sent')

  expect((await members.verifyCode(eve, code, { purpose })).reason).toBe('accepted')
  const passes = (strategy: Strategy) =>
    new Promise((resolve) => {
      const res = { setHeader() {}, end: () => resolve(false) } as unknown as ServerResponse
      strategy.requireOtp({ purpose })(eve as unknown as IncomingMessage, res, () => resolve(true))
    })
  expect([await passes(members), await passes(admins)]).toEqual([true, false])
})

it('wrong guesses at one make the codes of the other longer: one failure count for an address', async () => {
  const { smtp, members, admins } = await twoDoors()
  await members.ask(ADA)
  const { code: first } = await smtp.next()
  for (let n = 1; n <= 3; n++) await members.enter(wrongCode(first, n))

  await admins.ask(ADA)
  const { code: second } = await smtp.next()
  expect(second).toHaveLength(6)
  const left = []
  for (let n = 1; n <= 2; n++)
    left.push((await admins.enter(wrongCode(second, n))).body.attemptsLeft)
  expect(left).toEqual([1, 0]) // not 4 and 3: five failures make six digits too short

  const stale = await members.enter(first)
  expect([stale.status, stale.body.reason]).toEqual([401, 'expired_code'])
  await admins.ask(ADA)
  const { code: long } = await smtp.next()
  expect(long).toHaveLength(8)
  expect((await admins.enter(long)).body.user).toEqual({ email: ADA })
})

it('each has sends of its own', async () => {
  const clock = stopClock()
  const { smtp, members, admins } = await twoDoors()
  for (let n = 1; n <= 5; n++) {
    expect((await members.ask(ADA)).status).toBe(202)
    clock.pass(30 * SECOND)
  }
  expect((await members.ask(ADA)).body.reason).toBe('rate_limited')
  expect((await admins.ask(ADA)).body.reason).toBe('code_sent')
  expect(smtp.mails).toHaveLength(6)
})

it('a sign-in gives back the send that its mail was counted on, whichever of the two it was', async () => {
  const clock = stopClock()
  const { smtp, members, admins } = await twoDoors({ sessionKey: 'otp' })
  await members.ask(ADA)
  clock.pass(30 * SECOND)
  await admins.ask(ADA) // mails the pending challenge again, with the code of this name
  const [forMembers, forAdmins] = (await smtp.waitFor(2)).map(({ code }) => code)
  expect(forAdmins).not.toBe(forMembers)
  expect((await members.enter(forMembers ?? '')).status).toBe(200)

  const sends = []
  for (let n = 1; n <= 6; n++) {
    sends.push((await admins.ask(ADA)).body.reason)
    clock.pass(30 * SECOND)
  }
  expect(sends).toEqual([...Array(5).fill('code_sent'), 'rate_limited'])
})
