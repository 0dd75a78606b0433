import { describe, expect, it } from 'vitest'
import { cookiesOf } from '../helpers/sessions.js'
import { redirectingApp } from './redirecting-app.js'

const ADA = 'ada@example.com'
const FROM_ELSEWHERE = { 'Sec-Fetch-Site': 'cross-site' }

describe('a request from another site', () => {
  it.each(['failureMessage', 'failureFlash'])(
    'is redirected without a session, also with Passport’s %s',
    async (option) => {
      const { agent, page, sessions, events } = await redirectingApp({
        route: { failureRedirect: '/login', [option]: true },
      })
      const refused = await agent
        .post('/login')
        .set(FROM_ELSEWHERE)
        .type('form')
        .send({ email: ADA })
      expect([refused.status, refused.headers.location]).toEqual([303, '/login'])
      expect(refused.headers).not.toHaveProperty('set-cookie')
      expect(await sessions.all()).toEqual({})
      expect((await page()).outcome).toBeNull()
      expect(events).toMatchObject([{ type: 'rejected', reason: 'cross_site' }])
    },
  )

  it('leaves the outcome that the visitor has not seen yet', async () => {
    const { agent, submit, page } = await redirectingApp()
    await submit({ email: 'ada' })
    await agent.post('/login').set(FROM_ELSEWHERE).type('form').send({ email: ADA })
    expect((await page()).outcome.reason).toBe('invalid_email')
  })

  it('is answered with its status where the route has no failureRedirect', async () => {
    const { agent, page } = await redirectingApp({ route: { codeSentRedirect: '/login' } })
    const refused = await agent.post('/login').set(FROM_ELSEWHERE).type('form').send({ email: ADA })
    expect(refused.status).toBe(403)
    expect((await page()).outcome).toBeNull()
  })
})

it('a first visitor who has cookies of other programs is told the outcome', async () => {
  const { agent, submit, page } = await redirectingApp()
  agent.set('Cookie', 'theme=dark')
  await submit({ email: 'ada' })
  expect((await page()).outcome.reason).toBe('invalid_email')
})

describe('two requests with the same right code', () => {
  it('keep the one sign-in: the second writes no session under a cookie that is no longer known', async () => {
    const { smtp, submit, home, newBrowser } = await redirectingApp()
    const cookie = cookiesOf(await submit({ email: ADA }))
    const { code } = await smtp.next()
    await submit({ code })
    // As the browser sent it before the answer to the first request was there.
    const second = await newBrowser()
      .agent.post('/login')
      .set('Cookie', cookie)
      .type('form')
      .send({ code })
    expect(second.headers.location).toBe('/login')
    expect(second.headers).not.toHaveProperty('set-cookie')
    expect((await home()).user).toEqual({ email: ADA })
  })
})
