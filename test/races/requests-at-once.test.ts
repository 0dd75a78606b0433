import { expect, it } from 'vitest'
import { createWorld } from '../helpers/app.js'
import { browsersOf, stopClock } from '../helpers/consumer.js'

async function worldWithSession() {
  const world = await createWorld({
    // A session from before the first request, so that all requests of a race are of one session.
    before: (req, _res, next) => {
      sessionOf.push(() => Object.assign(req.session, { visited: true }))
      next()
    },
  })
  const sessionOf: (() => void)[] = []
  world.app.get('/visit', (_req, res) => {
    sessionOf.at(-1)?.()
    res.end()
  })
  const newBrowser = await browsersOf(world.app)
  const agent = newBrowser()
  await agent.get('/visit')
  const ask = (email: string) => agent.post('/login').send({ email })
  const enter = (code: string) => agent.post('/login').send({ code })
  const home = async () => (await agent.get('/')).body
  return { ...world, ask, enter, home }
}

const ADA = 'ada@example.com'

it('50 requests at once for a code that is due again send one mail, and all look the same', async () => {
  const moveOn = stopClock()
  const { smtp, ask, enter, events } = await worldWithSession()
  await ask(ADA)
  moveOn(30)
  const answers = await Promise.all(Array.from({ length: 50 }, () => ask(ADA)))
  for (const { status, body } of answers) {
    expect([status, body.reason, body.retryAfterSeconds]).toEqual([202, 'code_sent', 30])
  }
  expect(smtp.mails).toHaveLength(2)
  expect(events.filter(({ type }) => type === 'issued')).toHaveLength(2)
  const [first, second] = smtp.mails
  expect(second?.code).toBe(first?.code)
  expect((await enter(first?.code ?? '')).status).toBe(200)
})

it('50 requests at once for a code that is not due yet send none', async () => {
  const moveOn = stopClock()
  const { smtp, ask } = await worldWithSession()
  await ask(ADA)
  moveOn(29)
  await Promise.all(Array.from({ length: 50 }, () => ask(ADA)))
  expect(smtp.mails).toHaveLength(1)
})

it('two first requests at once: at most one of the codes works, and one of them does', async () => {
  const { smtp, ask, enter, home } = await worldWithSession()
  const answers = await Promise.all([ask(ADA), ask(ADA)])
  expect(answers.map(({ status }) => status)).toEqual([202, 202])
  const codes = [...new Set(smtp.mails.map(({ code }) => code))]
  const works = []
  for (const code of codes) {
    const { status } = await enter(code)
    if (status === 200) works.push(code)
  }
  expect(works).toHaveLength(1)
  expect((await home()).user).toEqual({ email: ADA })
})

it('50 first requests at once never send more than the five of an hour', async () => {
  const { smtp, ask } = await worldWithSession()
  const answers = await Promise.all(Array.from({ length: 50 }, () => ask(ADA)))
  expect(smtp.mails.length).toBeLessThanOrEqual(5)
  for (const { status } of answers) expect([202, 429]).toContain(status)
})

it('RAC-06: the right code while the same session asks again: one of them wins, never two challenges', async () => {
  const moveOn = stopClock()
  const { smtp, ask, enter, home } = await worldWithSession()
  await ask(ADA)
  const { code } = await smtp.next()
  moveOn(30)
  const [asked, entered] = await Promise.all([ask(ADA), enter(code)])
  expect(asked.status).toBe(202)
  expect(entered.status).toBe(200)
  expect((await home()).user).toEqual({ email: ADA })
  // Whatever was mailed meanwhile is of no use to the session that is signed in.
  for (const mail of smtp.mails)
    expect((await enter(mail.code)).body.reason).toBe('no_pending_code')
})

it('RAC-06: the right code while the mail of another address is on its way', async () => {
  const { smtp, ask, enter, home } = await worldWithSession()
  await ask(ADA)
  const { code: adasCode } = await smtp.next()
  smtp.hold()
  const asked = ask('ben@example.com').then()
  const { code: bensCode } = await smtp.next()
  const entered = await enter(adasCode)
  smtp.release()
  await asked
  // Ben's challenge was saved before his mail was sent, so from then on this session waits for his code.
  expect(entered.body).toMatchObject({
    reason: 'invalid_code',
    attemptsLeft: 4,
    pending: { email: 'ben@example.com' },
  })
  expect((await enter(bensCode)).status).toBe(200)
  expect((await home()).user).toEqual({ email: 'ben@example.com' })
})
