import { type ChallengeStore, MemoryStore, type Strategy } from 'passport-email-otp'
import request from 'supertest'
import { expect, it } from 'vitest'
import { gate } from '../helpers/gate.js'
import { type Mailed, startMail, strategyOn } from '../helpers/mail.js'
import { serveStrategies } from '../helpers/passport-app.js'
import { wrongCode } from '../helpers/wrong-code.js'

const USERS = 30

/** Answers no call before `count` have come, and then the last one first. */
function lastComesFirst(store: ChallengeStore, count: number): ChallengeStore {
  const waiting: (() => void)[] = []
  const turn = () =>
    new Promise<void>((resolve) => {
      waiting.push(resolve)
      if (waiting.length < count) return
      for (const goOn of waiting.splice(0).reverse()) goOn()
    })
  const inTurn = async <T>(answer: Promise<T>): Promise<T> => {
    const result = await answer
    await turn()
    return result
  }
  return {
    open: (request) => inTurn(store.open(request)),
    attempt: (request) => inTurn(store.attempt(request)),
    cancel: (request) => store.cancel(request),
  }
}

/** `passport.authenticate(strategyObject)`: Passport doesn't clone that one, so all requests share it. */
async function sharedObject(mail: Mailed, emailOtp: Strategy) {
  const server = await serveStrategies([emailOtp], {
    routes: (app, auth) => {
      app.post('/login', auth.authenticate(emailOtp, { failWithError: true }), (req, res) => {
        res.json({ user: req.user })
      })
      app.get('/', (req, res) => {
        res.json({ user: req.user ?? null, pending: emailOtp.pending(req)?.email ?? null })
      })
    },
  })
  const newBrowser = () => request.agent(server)
  const codeFor = (email: string) => {
    const found = mail.smtp.mails.find(({ to }) => to.includes(email))
    if (!found) throw new Error(`no mail for ${email}`)
    return found.code
  }
  return { newBrowser, codeFor }
}

it('thirty people at once, answered in reverse order: each gets the own answer and the own identity', async () => {
  const mail = await startMail()
  const store = lastComesFirst(new MemoryStore(), USERS)
  const { newBrowser, codeFor } = await sharedObject(mail, strategyOn(mail, { store }))
  const people = Array.from({ length: USERS }, (_, n) => ({
    email: `user-${n}@example.com`,
    // Every third one mistypes, so that refusals and logins are settled side by side.
    mistypes: n % 3 === 0,
    agent: newBrowser(),
  }))

  const asked = await Promise.all(
    people.map(({ agent, email }) => agent.post('/login').send({ email })),
  )
  expect(asked.map(({ status }) => status)).toEqual(people.map(() => 202))
  const waiting = await Promise.all(people.map(({ agent }) => agent.get('/')))
  expect(waiting.map(({ body }) => body)).toEqual(
    people.map(({ email }) => ({ user: null, pending: email })),
  )

  const entered = await Promise.all(
    people.map(({ agent, email, mistypes }) => {
      const code = codeFor(email)
      return agent.post('/login').send({ code: mistypes ? wrongCode(code) : code })
    }),
  )
  expect(entered.map(({ status, body }) => [status, body.user?.email])).toEqual(
    people.map(({ email, mistypes }) => (mistypes ? [401, undefined] : [200, email])),
  )
  const homes = await Promise.all(people.map(({ agent }) => agent.get('/')))
  expect(homes.map(({ body }) => body)).toEqual(
    people.map(({ email, mistypes }) =>
      mistypes ? { user: null, pending: email } : { user: { email }, pending: null },
    ),
  )
})

it('whoever signs in while the mails of others are held by the server gets no answer of theirs', async () => {
  const mail = await startMail()
  const { newBrowser, codeFor } = await sharedObject(mail, strategyOn(mail))
  const [ada, ben] = [newBrowser(), newBrowser()]
  await ada.post('/login').send({ email: 'ada@example.com' })

  mail.smtp.hold()
  const benAsks = ben.post('/login').send({ email: 'ben@example.com' }).then()
  await mail.smtp.waitFor(2)
  const adaEnters = await ada.post('/login').send({ code: codeFor('ada@example.com') })
  expect([adaEnters.status, adaEnters.body.user]).toEqual([200, { email: 'ada@example.com' }])

  mail.smtp.release()
  expect((await benAsks).status).toBe(202)
  expect((await ben.get('/')).body).toEqual({ user: null, pending: 'ben@example.com' })
  expect((await ada.get('/')).body).toEqual({ user: { email: 'ada@example.com' }, pending: null })
})

it('whoever is slow to be looked up by the application is not signed in as somebody quicker', async () => {
  const mail = await startMail()
  const lookedUp = gate()
  const adaIsWaiting = gate()
  const emailOtp = strategyOn(mail, {}, async (email) => {
    if (email === 'ada@example.com') {
      adaIsWaiting.open()
      await lookedUp.opened
    }
    return { email }
  })
  const { newBrowser, codeFor } = await sharedObject(mail, emailOtp)
  const [ada, ben] = [newBrowser(), newBrowser()]
  await ada.post('/login').send({ email: 'ada@example.com' })
  await ben.post('/login').send({ email: 'ben@example.com' })

  const adaEnters = ada
    .post('/login')
    .send({ code: codeFor('ada@example.com') })
    .then()
  await adaIsWaiting.opened
  const benEnters = await ben.post('/login').send({ code: codeFor('ben@example.com') })
  lookedUp.open()
  expect((await adaEnters).body).toEqual({ user: { email: 'ada@example.com' } })
  expect(benEnters.body).toEqual({ user: { email: 'ben@example.com' } })
})
