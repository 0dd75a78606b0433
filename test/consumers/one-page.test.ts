import express from 'express'
import { expect, it } from 'vitest'
import { en } from '../../src/languages/en.js'
import { SECOND, stopClock } from '../helpers/clock.js'
import { startMail, strategyOn } from '../helpers/mail.js'
import { browsersOf, errorsAsJson, passportWith } from '../helpers/passport-app.js'
import { sessions } from '../helpers/sessions.js'
import { wrongCode } from '../helpers/wrong-code.js'

/** The first program that people see: one page, one route, and Passport's own options. */
async function onePage() {
  const mail = await startMail()
  const emailOtp = strategyOn(mail)
  const passport = passportWith(emailOtp)
  const app = express()
  app.use(express.urlencoded({ extended: false }), sessions(), passport.session())
  app.get('/login', (req, res) => {
    res.json({
      pending: emailOtp.pending(req) ?? null,
      messages: req.session.messages?.splice(0) ?? [],
    })
  })
  app.post(
    '/login',
    passport.authenticate('email-otp', {
      successRedirect: '/',
      failureRedirect: '/login',
      failureMessage: true,
    }),
  )
  app.get('/', (req, res) => res.json({ user: req.user ?? null }))
  app.use(errorsAsJson)

  const newBrowser = await browsersOf(app)
  const agent = newBrowser()
  return {
    ...mail,
    page: async () => (await agent.get('/login')).body,
    home: async () => (await agent.get('/')).body,
    submit: (fields: Record<string, string>) => agent.post('/login').type('form').send(fields),
  }
}

it('a visitor goes from the address to the code to the page behind, each step by a redirect', async () => {
  const { smtp, page, home, submit } = await onePage()
  expect(await page()).toEqual({ pending: null, messages: [] })

  const asked = await submit({ email: 'Ada@example.com' })
  expect([asked.status, asked.headers.location]).toEqual([302, '/login'])
  expect(await page()).toEqual({
    messages: [en.reasons.code_sent],
    pending: {
      id: expect.any(String),
      email: 'ada@example.com',
      maskedEmail: 'a•••@example.com',
      digits: 6,
      expiresInSeconds: 600,
      resendInSeconds: 30,
    },
  })

  const { code } = await smtp.next()
  const wrong = await submit({ code: wrongCode(code) })
  expect([wrong.status, wrong.headers.location]).toEqual([302, '/login'])
  expect(await home()).toEqual({ user: null })
  expect((await page()).messages).toEqual([en.reasons.invalid_code({ attemptsLeft: 4 })])

  const right = await submit({ code: ` ${code.slice(0, 3)} ${code.slice(3)}` })
  expect([right.status, right.headers.location]).toEqual([302, '/'])
  expect(await home()).toEqual({ user: { email: 'ada@example.com' } })
  expect(await page()).toEqual({ pending: null, messages: [] })
})

it('a message is shown once, the code field after every reload', async () => {
  const clock = stopClock()
  const { page, submit } = await onePage()
  await submit({ email: 'ada@example.com' })
  expect((await page()).messages).toHaveLength(1)
  clock.pass(20 * SECOND)
  const reloaded = await page()
  expect(reloaded.messages).toEqual([])
  expect(reloaded.pending).toMatchObject({ expiresInSeconds: 580, resendInSeconds: 10 })
  clock.pass(20 * SECOND)
  expect((await page()).pending).toMatchObject({ expiresInSeconds: 560, resendInSeconds: 0 })
})

it('the page offers a new code for the same address once the old one has expired', async () => {
  const clock = stopClock()
  const { smtp, page, home, submit } = await onePage()
  await submit({ email: 'ada@example.com' })
  const { code: old } = await smtp.next()
  clock.pass(599 * SECOND)
  const atTheEnd = (await page()).pending
  expect(atTheEnd).toMatchObject({ expiresInSeconds: 1 })
  expect(atTheEnd).not.toHaveProperty('ended')
  clock.pass(1 * SECOND)
  expect((await page()).pending).toMatchObject({
    email: 'ada@example.com',
    expiresInSeconds: 0,
    ended: 'expired',
  })
  await submit({ code: old })
  expect((await page()).messages).toEqual([en.reasons.expired_code])

  await submit({ email: 'ada@example.com' })
  const { code } = await smtp.next()
  const fresh = (await page()).pending
  expect(fresh).toMatchObject({ expiresInSeconds: 600 })
  expect(fresh).not.toHaveProperty('ended')
  await submit({ code })
  expect(await home()).toEqual({ user: { email: 'ada@example.com' } })
})

it('after five wrong codes the right one is refused, and the page offers a new code', async () => {
  const { smtp, page, home, submit } = await onePage()
  await submit({ email: 'ada@example.com' })
  const { code: spent } = await smtp.next()
  await page()
  for (let n = 1; n <= 5; n++) await submit({ code: wrongCode(spent, n) })
  await submit({ code: spent })
  const { messages, pending } = await page()
  expect(messages).toEqual([
    en.reasons.invalid_code({ attemptsLeft: 4 }),
    en.reasons.invalid_code({ attemptsLeft: 3 }),
    en.reasons.invalid_code({ attemptsLeft: 2 }),
    en.reasons.invalid_code({ attemptsLeft: 1 }),
    en.reasons.invalid_code_last,
    en.reasons.too_many_attempts,
  ])
  expect(pending).toMatchObject({
    email: 'ada@example.com',
    ended: 'spent',
    resendInSeconds: 0,
  })

  await submit({ email: 'ada@example.com' })
  const { code } = await smtp.next()
  expect(code).toHaveLength(8) // five wrong guesses make the next code longer
  const longer = (await page()).pending
  expect(longer).toMatchObject({ digits: 8 })
  expect(longer).not.toHaveProperty('ended')
  // The longer code is spaced like any other, or guesses would make mail without limit.
  await submit({ email: 'ada@example.com' })
  expect(smtp.mails).toHaveLength(2)
  await submit({ code })
  expect(await home()).toEqual({ user: { email: 'ada@example.com' } })
})
