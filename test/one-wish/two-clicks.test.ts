import express, { type RequestHandler } from 'express'
import session from 'express-session'
import { type EmailOtpOptions, MemoryStore, Strategy } from 'passport-email-otp'
import { describe, expect, it } from 'vitest'
import { MINUTE, SECOND, stopClock } from '../helpers/clock.js'
import { Counter, gate } from '../helpers/gate.js'
import { anybody, startMail } from '../helpers/mail.js'
import { browsersOf, passportWith } from '../helpers/passport-app.js'
import { plainCalls } from '../helpers/plain-calls.js'
import { cookiesOf } from '../helpers/sessions.js'
import { wrongCode } from '../helpers/wrong-code.js'

const ADA = 'ada@example.com'

interface Options {
  readonly options?: Partial<Omit<EmailOtpOptions, 'passReqToCallback'>>
  readonly cookie?: session.CookieOptions
  readonly resave?: boolean
}

/**
 * A sign-in page and its route. `together(n)` holds the next `n` posts after their sessions were read, so that none
 * knows what another one does.
 */
async function signInPage({ options, cookie, resave = false }: Options = {}) {
  const mail = await startMail()
  const emailOtp = new Strategy({ ...mail.options, ...options }, anybody)
  const passport = passportWith(emailOtp)
  const store = new session.MemoryStore()
  let waiting = { count: 0, arrived: new Counter(), go: gate() }
  const app = express()
  app.use(express.json(), express.urlencoded({ extended: false }))
  app.use(
    session({ secret: 'cats', resave, saveUninitialized: false, store, cookie: cookie ?? {} }),
  )
  app.use(passport.session() as RequestHandler)
  app.get('/login', (req, res) => {
    emailOtp.beginVisit(req)
    res.json({ pending: emailOtp.pending(req) ?? null, outcome: emailOtp.outcome(req) ?? null })
  })
  app.get('/pending', (req, res) => void res.json(emailOtp.pending(req) ?? null))
  app.post('/login', async (_req, _res, next) => {
    if (waiting.count > 0) {
      waiting.count -= 1
      waiting.arrived.add()
      await waiting.go.opened
    }
    next()
  })
  app.post(
    '/login',
    passport.authenticate('email-otp', {
      successRedirect: '/',
      codeSentRedirect: '/login',
      failureRedirect: '/login',
    }),
  )
  app.get('/', (req, res) => void res.json({ user: req.user ?? null }))
  const newBrowser = await browsersOf(app)

  const browser = (agent = newBrowser()) => {
    const submit = (fields: object) => agent.post('/login').type('form').send(fields)
    return {
      agent,
      submit,
      page: async () => (await agent.get('/login')).body,
      home: async () => (await agent.get('/')).body,
      /** Clicks so often that each request has read the session before any other is answered. */
      click: async (times: number, fields: object = { email: ADA }) => {
        waiting = { count: times, arrived: new Counter(), go: gate() }
        const clicks = Array.from({ length: times }, () => submit(fields).then())
        await waiting.arrived.reached(times)
        waiting.go.open()
        return Promise.all(clicks)
      },
    }
  }
  return { ...mail, emailOtp, store, newBrowser: browser, ...browser() }
}

describe('two clicks on the button of a first visit', () => {
  it.each([
    ['as most applications keep sessions', {}],
    ['though each request saves the whole session', { resave: true }],
    ['with allowEmail', { options: { allowEmail: () => true } }],
  ] as const)('send one mail, and its code works: %s', async (_, options) => {
    stopClock()
    const { smtp, page, click, submit, home } = await signInPage(options)
    await page()
    const answers = await click(3)
    expect(answers.map(({ headers }) => headers.location)).toEqual(Array(3).fill('/login'))
    const { code } = await smtp.next()
    const { pending, outcome } = await page()
    expect(pending).toMatchObject({ email: ADA, digits: 6, resendInSeconds: 30 })
    expect(outcome).toMatchObject({ reason: 'code_sent', pending: { id: pending.id } })
    expect(smtp.mails).toHaveLength(1)
    await submit({ code })
    expect((await home()).user).toEqual({ email: ADA })
  })

  it('send one mail for an address whose codes are longer', async () => {
    const { smtp, newBrowser } = await signInPage()
    const guesser = newBrowser()
    await guesser.submit({ email: ADA })
    const { code: first } = await smtp.next()
    for (let n = 1; n <= 5; n++) await guesser.submit({ code: wrongCode(first, n) })

    const { page, click, submit, home } = newBrowser()
    await page()
    await click(2)
    const { code } = await smtp.next()
    expect(code).toHaveLength(8)
    expect((await page()).pending.digits).toBe(8)
    await submit({ code })
    expect((await home()).user).toEqual({ email: ADA })
    expect(smtp.mails).toHaveLength(2)
  })

  it('count the time from the first, also where the second comes later and with another session', async () => {
    const clock = stopClock()
    const { emailOtp, req, mails, events } = plainCalls()
    emailOtp.beginVisit(req)
    const second = { ...req, session: { ...req.session } }
    await emailOtp.requestCode(req, ADA)
    clock.pass(10 * SECOND)
    expect(await emailOtp.requestCode(second, ADA)).toMatchObject({ retryAfterSeconds: 20 })
    const pending = { expiresInSeconds: 590, resendInSeconds: 20 }
    expect(emailOtp.pending(second)).toMatchObject(pending)
    await emailOtp.verifyCode(second, mails[0]?.code)
    expect(events.at(-1)).toMatchObject({ type: 'verified', secondsSinceSent: 10 })
  })

  it('of two users with one mailbox send each a code', async () => {
    const { emailOtp, req, mails } = plainCalls({
      emailFromRequest: () => ADA,
      subjectFromRequest: (req: object) => (req as { user?: string }).user,
    })
    emailOtp.beginVisit(req)
    for (const user of ['17', '18']) {
      await emailOtp.requestCode({ ...req, session: { ...req.session }, ...{ user } }, undefined)
    }
    expect(new Set(mails.map(({ code }) => code)).size).toBe(2)
  })

  it('count the time from the first, not from the last', async () => {
    const clock = stopClock()
    const { smtp, page, click } = await signInPage()
    await page()
    smtp.hold()
    const clicks = click(2)
    await smtp.waitFor(1)
    clock.pass(10 * SECOND)
    smtp.release()
    await clicks
    expect((await page()).pending).toMatchObject({ expiresInSeconds: 590, resendInSeconds: 20 })
  })

  it('for two addresses send each its code, and the one that is shown works', async () => {
    const { smtp, page, click, submit, home } = await signInPage()
    await page()
    await submit({ email: ADA })
    await click(2, { email: 'ben@example.com' })
    const [, ben] = await smtp.waitFor(2)
    expect(ben?.to).toEqual(['ben@example.com'])
    await submit({ code: ben?.code })
    expect((await home()).user).toEqual({ email: 'ben@example.com' })
    expect(smtp.mails).toHaveLength(2)
  })
})

describe('two clicks on "send again"', () => {
  it.each([
    ['after the code has expired', 10 * MINUTE],
    ['long after the code has expired', 60 * MINUTE],
    ['shortly before it expires', 9 * MINUTE],
  ])('send one mail %s', async (_, ms) => {
    const clock = stopClock()
    const { smtp, page, click, submit, home } = await signInPage()
    await page()
    await submit({ email: ADA })
    const first = await smtp.next()
    clock.pass(ms)
    await click(3)
    const { code } = await smtp.next()
    expect(code).toHaveLength(6)
    expect(code).not.toBe(first.code)
    await submit({ code })
    expect((await home()).user).toEqual({ email: ADA })
    expect(smtp.mails).toHaveLength(2)
  })

  it('send one mail, and use one send, after the code is spent and has become too short', async () => {
    const { smtp, page, click, submit, home } = await signInPage()
    await page()
    await submit({ email: ADA })
    const { code: spent } = await smtp.next()
    for (let n = 1; n <= 5; n++) await submit({ code: wrongCode(spent, n) })
    await click(3)
    const { code } = await smtp.next()
    expect(code).toHaveLength(8)
    await submit({ code })
    expect((await home()).user).toEqual({ email: ADA })
    expect(smtp.mails).toHaveLength(2)
  })
})

describe('what a visitor is given with the page', () => {
  it('is a session, and no guard and no pending() starts one', async () => {
    const { agent, newBrowser } = await signInPage()
    expect(cookiesOf(await agent.get('/login'))).toContain('connect.sid')
    expect(cookiesOf(await newBrowser().agent.get('/pending'))).toBe('')
  })

  it('stays the same until it is used, so that two tabs share it', async () => {
    const { page, store } = await signInPage()
    const seed = () =>
      new Promise((resolve) => {
        store.all((_, sessions) => resolve(Object.values(Object(sessions))))
      })
    await page()
    const first = await seed()
    await page()
    expect(await seed()).toEqual(first)
  })

  it('is gone once a code is pending', async () => {
    const { page, submit, store } = await signInPage()
    await page()
    await submit({ email: ADA })
    await page()
    store.all((_, sessions) => {
      expect(JSON.stringify(sessions)).not.toContain(':visit')
    })
  })

  it.each([
    ['strict', 'cross-site', ''],
    [true, 'cross-site', ''],
    ['strict', 'same-origin', 'connect.sid'],
    ['strict', 'none', 'connect.sid'],
    ['lax', 'cross-site', 'connect.sid'],
  ] as const)(
    'does not replace a session whose cookie was withheld (SameSite %s, Sec-Fetch-Site %s)',
    async (sameSite, site, expected) => {
      const { agent } = await signInPage({ cookie: { sameSite } })
      const cookies = cookiesOf(await agent.get('/login').set('Sec-Fetch-Site', site))
      expect(cookies.split('=')[0]).toBe(expected)
    },
  )

  it('is none for a strategy whose clients keep tokens, and where there is no session', () => {
    const { emailOtp, req } = plainCalls({ pendingIn: 'token' })
    emailOtp.beginVisit(req)
    expect(req.session).toEqual({})
    // A page is drawn all the same.
    expect(() => plainCalls().emailOtp.beginVisit({ headers: {} })).not.toThrow()
  })
})

it('the sends of an address are charged once for two clicks', async () => {
  const store = new MemoryStore()
  const { smtp, newBrowser } = await signInPage({ options: { store } })
  for (let n = 0; n < 5; n++) {
    const { page, click } = newBrowser()
    await page()
    await click(2)
    await smtp.next()
  }
  const { page, submit } = newBrowser()
  await submit({ email: ADA })
  expect((await page()).outcome.reason).toBe('rate_limited')
  expect(smtp.mails).toHaveLength(5)
})
