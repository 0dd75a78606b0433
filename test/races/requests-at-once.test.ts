import { expect, it } from 'vitest'
import { createWorld } from '../helpers/app.js'
import { browsersOf, stopClock } from '../helpers/consumer.js'

async function worldWithSession() {
  const world = await createWorld({
    // The session begins before the first request, so that all concurrent requests belong to it.
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
  const requestCode = (email: string) => agent.post('/login').send({ email })
  const enter = (code: string) => agent.post('/login').send({ code })
  const home = async () => (await agent.get('/')).body
  return { ...world, requestCode, enter, home }
}

const ADA = 'ada@example.com'

it('sends one mail for 50 concurrent requests after the spacing, and answers all alike', async () => {
  const moveOn = stopClock()
  const { smtp, requestCode, enter, events } = await worldWithSession()
  await requestCode(ADA)
  moveOn(30)
  const answers = await Promise.all(Array.from({ length: 50 }, () => requestCode(ADA)))
  for (const { status, body } of answers) {
    expect([status, body.reason, body.retryAfterSeconds]).toEqual([202, 'code_sent', 30])
  }
  expect(smtp.mails).toHaveLength(2)
  expect(events.filter(({ type }) => type === 'issued')).toHaveLength(2)
  const [first, second] = smtp.mails
  expect(second?.code).toBe(first?.code)
  expect((await enter(first?.code ?? '')).status).toBe(200)
})

it('sends no mail for 50 concurrent requests within the spacing', async () => {
  const moveOn = stopClock()
  const { smtp, requestCode } = await worldWithSession()
  await requestCode(ADA)
  moveOn(29)
  await Promise.all(Array.from({ length: 50 }, () => requestCode(ADA)))
  expect(smtp.mails).toHaveLength(1)
})

it('accepts exactly one of the codes of two concurrent first requests', async () => {
  const { smtp, requestCode, enter, home } = await worldWithSession()
  const answers = await Promise.all([requestCode(ADA), requestCode(ADA)])
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

it('sends at most five mails for 50 concurrent first requests', async () => {
  const { smtp, requestCode } = await worldWithSession()
  const answers = await Promise.all(Array.from({ length: 50 }, () => requestCode(ADA)))
  expect(smtp.mails.length).toBeLessThanOrEqual(5)
  for (const { status } of answers) expect([202, 429]).toContain(status)
})

it('RAC-06: logs in with the right code during a resend of the same session, and leaves no second code valid', async () => {
  const moveOn = stopClock()
  const { smtp, requestCode, enter, home } = await worldWithSession()
  await requestCode(ADA)
  const { code } = await smtp.next()
  moveOn(30)
  const [asked, entered] = await Promise.all([requestCode(ADA), enter(code)])
  expect(asked.status).toBe(202)
  expect(entered.status).toBe(200)
  expect((await home()).user).toEqual({ email: ADA })
  // No code that was mailed in the meantime works for the session that is signed in.
  for (const mail of smtp.mails)
    expect((await enter(mail.code)).body.reason).toBe('no_pending_code')
})

it('RAC-06: rejects the right code of one address while the same session requests a code for another one', async () => {
  const { smtp, requestCode, enter, home } = await worldWithSession()
  await requestCode(ADA)
  const { code: adasCode } = await smtp.next()
  smtp.hold()
  const asked = requestCode('ben@example.com').then()
  const { code: bensCode } = await smtp.next()
  const entered = await enter(adasCode)
  smtp.release()
  await asked
  // Ben's challenge was saved before his mail was sent, so the session now expects his code.
  expect(entered.body).toMatchObject({
    reason: 'invalid_code',
    attemptsLeft: 4,
    pending: { email: 'ben@example.com' },
  })
  expect((await enter(bensCode)).status).toBe(200)
  expect((await home()).user).toEqual({ email: 'ben@example.com' })
})
