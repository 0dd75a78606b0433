import express from 'express'
import { Strategy, type SubjectId } from 'passport-email-otp'
import { describe, expect, it } from 'vitest'
import { startMail } from '../helpers/mail.js'
import { browsersOf, passportWith } from '../helpers/passport-app.js'
import { sessions } from '../helpers/sessions.js'

/** An application whose users have ids of any type, with the second factor's code in a session or a token. */
async function application(id: SubjectId, pendingIn: 'session' | 'token') {
  const mail = await startMail()
  const user = { id, email: 'ada@example.com' }
  const seen: unknown[] = []
  const emailOtp: Strategy<SubjectId> = new Strategy<SubjectId>(
    {
      ...mail.options,
      pendingIn,
      emailFromRequest: () => user.email,
      subjectFromRequest: () => user.id,
      passReqToCallback: true,
    },
    async (req, subject) => {
      seen.push(subject, emailOtp.proven(req)?.subject)
      // What most applications write: it finds the user only by the same type.
      return [user].find((one) => one.id === subject) && { name: 'Ada' }
    },
  )
  const passport = passportWith(emailOtp)
  const app = express().use(express.json(), sessions())
  app.post('/login', (req, res, next) => {
    passport.authenticate(
      'email-otp',
      { session: false },
      (err: unknown, _user: unknown, info: object) => (err ? next(err) : res.json(info)),
    )(req, res, next)
  })
  const browser = (await browsersOf(app))()
  return { mail, browser, seen, user }
}

const IDS = [7, 0, -3, 2 ** 53 - 1, 7n, -(2n ** 80n), '7', 'u_9f', '{"bigint":"7"}']

describe.each(['session', 'token'] as const)('with the pending state in the %s', (pendingIn) => {
  it.each(IDS)('the verify function and proven() receive the id %o as it was given', async (id) => {
    const { mail, browser, seen } = await application(id, pendingIn)
    const { body } = await browser.post('/login').send({})
    const { code } = await mail.smtp.next()
    const { challengeToken } = body
    const entered = await browser.post('/login').send({ code, challengeToken })
    expect(entered.body.reason).toBe('accepted')
    expect(seen).toEqual([id, id])
  })

  it('the same id as text and as a number is the same user', async () => {
    const { mail, browser, user } = await application(7, pendingIn)
    const { body } = await browser.post('/login').send({})
    const { code } = await mail.smtp.next()
    user.id = '7'
    const { challengeToken } = body
    const resent = await browser.post('/login').send({ challengeToken })
    expect(resent.body).toMatchObject({ reason: 'code_sent' })
    expect(mail.smtp.mails).toHaveLength(1) // within 30 seconds the first code is still valid
    user.id = '8'
    const other = await browser.post('/login').send({ code, challengeToken })
    expect(other.body.reason).toBe('no_pending_code')
  })
})

it.each([7.5, Number.NaN, 2 ** 53, true, {}, Symbol('id')])(
  'an id of %o is an error, because it does not name one user',
  async (id) => {
    const { browser } = await application(id as SubjectId, 'session')
    expect((await browser.post('/login').send({})).status).toBe(500)
  },
)
