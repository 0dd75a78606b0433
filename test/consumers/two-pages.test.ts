import express from 'express'
import { expect, it } from 'vitest'
import { en } from '../../src/languages/en.js'
import { SECOND, stopClock } from '../helpers/clock.js'
import { startMail, strategyOn } from '../helpers/mail.js'
import { browsersOf, errorsAsJson, passportWith } from '../helpers/passport-app.js'
import { sessions } from '../helpers/sessions.js'
import { wrongCode } from '../helpers/wrong-code.js'

/** One page for the address, one for the code with a "send again" button, each route with its step. */
async function twoPages() {
  const mail = await startMail()
  const emailOtp = strategyOn(mail)
  const passport = passportWith(emailOtp)
  const app = express()
  app.use(express.urlencoded({ extended: false }), sessions(), passport.session())
  const messages: express.RequestHandler = (req, res) => {
    res.json({ messages: req.session.messages?.splice(0) ?? [], user: req.user ?? null })
  }
  app.get('/email', messages)
  app.get('/code', messages)
  app.post(
    '/email',
    passport.authenticate('email-otp', {
      step: 'request',
      codeSentRedirect: '/code',
      failureRedirect: '/email',
      failureMessage: true,
    }),
  )
  app.post(
    '/code',
    passport.authenticate('email-otp', {
      step: 'verify',
      successRedirect: '/',
      failureRedirect: '/code',
      failureMessage: true,
    }),
  )
  app.use(errorsAsJson)
  const newBrowser = await browsersOf(app)
  const agent = newBrowser()
  const post = async (path: string, fields: Record<string, string>) => {
    const { status, headers } = await agent.post(path).type('form').send(fields)
    return `${status} ${headers.location}`
  }
  return {
    ...mail,
    agent,
    askFor: (fields: Record<string, string>) => post('/email', fields),
    enter: (fields: Record<string, string>) => post('/code', fields),
    shown: async () => (await agent.get('/code')).body,
  }
}

it('the code page follows the sent code by a 303, the page behind follows the right code', async () => {
  const { smtp, askFor, enter, shown } = await twoPages()
  expect(await askFor({ email: 'ada@example.com' })).toBe('303 /code')
  expect((await shown()).messages).toEqual([]) // a redirect is no failure, so it leaves no message
  const { code } = await smtp.next()
  expect(await enter({ code: wrongCode(code) })).toBe('302 /code')
  expect((await shown()).messages).toEqual([en.reasons.invalid_code({ attemptsLeft: 4 })])
  expect(await enter({ code })).toBe('302 /')
  expect((await shown()).user).toEqual({ email: 'ada@example.com' })
})

it('"send again" needs no address: it mails nothing within half a minute, then the same code', async () => {
  const clock = stopClock()
  const { smtp, askFor, enter } = await twoPages()
  await askFor({ email: 'ada@example.com' })
  const first = await smtp.next()
  clock.pass(29 * SECOND)
  expect(await askFor({})).toBe('303 /code')
  expect(smtp.mails).toHaveLength(1)
  clock.pass(SECOND)
  expect(await askFor({})).toBe('303 /code')
  const second = await smtp.next()
  expect([second.to, second.code]).toEqual([['ada@example.com'], first.code])
  expect(await enter({ code: second.code })).toBe('302 /')
})

it('"send again" with nothing pending, or with an empty address, asks for the address', async () => {
  const { smtp, askFor, shown } = await twoPages()
  expect(await askFor({})).toBe('302 /email')
  await askFor({ email: 'ada@example.com' })
  await smtp.next()
  expect(await askFor({ email: '' })).toBe('302 /email')
  const sentence = en.reasons.invalid_email
  expect((await shown()).messages).toEqual([sentence, sentence])
  expect(smtp.mails).toHaveLength(1)
})

it('the route that asks never verifies, whatever fields it gets', async () => {
  const clock = stopClock()
  const { smtp, askFor, shown } = await twoPages()
  await askFor({ email: 'ada@example.com' })
  const { code } = await smtp.next()
  clock.pass(30 * SECOND)
  expect(await askFor({ code })).toBe('303 /code')
  expect((await shown()).user).toBeNull()
  expect((await smtp.next()).code).toBe(code)
})

it('the route that verifies never mails: without a code that is missing, and no attempt is counted', async () => {
  const { smtp, askFor, enter, shown } = await twoPages()
  await askFor({ email: 'ada@example.com' })
  const { code } = await smtp.next()
  expect(await enter({ email: 'ada@example.com' })).toBe('302 /code')
  expect(await enter({})).toBe('302 /code')
  const sentence = en.reasons.missing_code
  expect((await shown()).messages).toEqual([sentence, sentence])
  expect(smtp.mails).toHaveLength(1)
  await enter({ code: wrongCode(code) })
  expect((await shown()).messages).toEqual([en.reasons.invalid_code({ attemptsLeft: 4 })])
})

it('asking too often leads to the failure page, and says when to come back', async () => {
  const clock = stopClock()
  const { smtp, agent, askFor, shown } = await twoPages()
  for (let n = 1; n <= 5; n++) {
    expect(await askFor({ email: 'ada@example.com' })).toBe('303 /code')
    clock.pass(30 * SECOND)
  }
  const limited = await agent.post('/email').type('form').send({})
  expect(limited.headers.location).toBe('/email')
  expect(limited.headers['retry-after']).toBe('5250') // 90 minutes after the first of the five
  expect((await shown()).messages).toEqual([en.reasons.rate_limited({ retryAfterSeconds: 5250 })])
  expect(smtp.mails).toHaveLength(5)

  clock.pass(5249 * SECOND)
  expect(await askFor({ email: 'ada@example.com' })).toBe('302 /email')
  clock.pass(1 * SECOND)
  expect(await askFor({ email: 'ada@example.com' })).toBe('303 /code')
  expect(smtp.mails).toHaveLength(6)
})
