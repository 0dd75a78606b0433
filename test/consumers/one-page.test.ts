import express from 'express'
import { expect, it } from 'vitest'
import { en } from '../../src/languages/en.js'
import { SECOND, stopClock } from '../helpers/clock.js'
import { anybody, startMail, strategyOn } from '../helpers/mail.js'
import { browsersOf, errorsAsJson, passportWith } from '../helpers/passport-app.js'
import { sessions } from '../helpers/sessions.js'
import { wrongCode } from '../helpers/wrong-code.js'

/** The first program that people see: one page, one route, and Passport's own options. */
async function onePage(verify = anybody) {
  const mail = await startMail()
  const emailOtp = strategyOn(mail, {}, verify)
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
    'That code is not right. You have one try left.',
    'That code is not right. Request a new one.',
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

it.each([
  [{ email: 'not an address' }, en.reasons.invalid_email],
  [{}, en.reasons.invalid_email],
  [{ code: '' }, en.reasons.missing_code],
  [{ code: 'abcdef' }, en.reasons.no_pending_code],
  [{ code: '123456' }, en.reasons.no_pending_code],
])(
  'what a visitor can mend (%j) leads back to the page with a sentence',
  async (fields, sentence) => {
    const { page, submit } = await onePage()
    const { status, headers } = await submit(fields)
    expect([status, headers.location]).toEqual([302, '/login'])
    expect(await page()).toEqual({ pending: null, messages: [sentence] })
  },
)

it('a text that is no code leads back to the page, which says how many digits are wanted', async () => {
  const { smtp, page, submit } = await onePage()
  await submit({ email: 'ada@example.com' })
  await smtp.next()
  await page()
  await submit({ code: 'abcdef' })
  expect((await page()).messages).toEqual([en.reasons.malformed_code({ digits: 6 })])
})

it('somebody whom the application does not know is told so, and the code is gone', async () => {
  const { smtp, page, home, submit } = await onePage(async () => false)
  await submit({ email: 'eve@example.com' })
  const { code } = await smtp.next()
  await page()
  const { headers } = await submit({ code })
  expect(headers.location).toBe('/login')
  expect(await page()).toEqual({
    pending: null,
    messages: [en.reasons.not_allowed],
  })
  expect(await home()).toEqual({ user: null })
})

it('a mail that could not be sent is an error page, never "sent", and the next try works', async () => {
  const clock = stopClock()
  const { smtp, page, home, submit } = await onePage()
  smtp.rejectRecipient()
  const failed = await submit({ email: 'ada@example.com' })
  expect([failed.status, failed.body.code]).toEqual([502, 'delivery_failed'])
  expect(await page()).toMatchObject({
    messages: [],
    pending: { email: 'ada@example.com', ended: 'not_sent', resendInSeconds: 30 },
  })

  smtp.behave()
  clock.pass(30 * SECOND)
  const asked = await submit({ email: 'ada@example.com' })
  expect(asked.headers.location).toBe('/login')
  const { code } = await smtp.next()
  await submit({ code })
  expect(await home()).toEqual({ user: { email: 'ada@example.com' } })
})

it('a resend that was refused leaves the first code as it was, and the next mail waits for the spacing', async () => {
  const clock = stopClock()
  const { smtp, page, home, submit } = await onePage()
  await submit({ email: 'ada@example.com' })
  const { code } = await smtp.next()
  clock.pass(30 * SECOND)
  smtp.rejectRecipient()
  expect((await submit({ email: 'ada@example.com' })).status).toBe(502)
  const { pending } = await page()
  expect(pending).toMatchObject({
    expiresInSeconds: 570,
    resendInSeconds: 30,
  })
  expect(pending).not.toHaveProperty('ended')
  smtp.behave()
  clock.pass(30 * SECOND)
  await submit({ email: 'ada@example.com' })
  expect((await smtp.next()).code).toBe(code)
  await submit({ code })
  expect(await home()).toEqual({ user: { email: 'ada@example.com' } })
})

it('a code that was replaced shortly before its end does not come back when the new mail fails', async () => {
  const clock = stopClock()
  const { smtp, page, submit } = await onePage()
  await submit({ email: 'ada@example.com' })
  const { code } = await smtp.next()
  clock.pass(500 * SECOND)
  smtp.rejectRecipient()
  expect((await submit({ email: 'ada@example.com' })).status).toBe(502)
  // The challenge that is pending now is the new one, whose mail failed.
  expect((await page()).pending).toMatchObject({ email: 'ada@example.com', ended: 'not_sent' })
  await submit({ code })
  expect((await page()).messages).toContain(en.reasons.no_pending_code)
})
