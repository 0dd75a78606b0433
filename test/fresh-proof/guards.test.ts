import type { EmailOtpEvent } from 'passport-email-otp'
import { describe, expect, it } from 'vitest'
import { en } from '../../src/languages/en.js'
import { SECOND, stopClock } from '../helpers/clock.js'
import { confirmingApp, proven } from './confirming-app.js'

const REFUSED = {
  reason: 'otp_required',
  message: en.reasons.otp_required,
  next: 'request_code',
}

describe('a guarded route', () => {
  it('answers in JSON that a code is required, for no cache to keep', async () => {
    const { newBrowser } = await confirmingApp()
    const { agent, signInAs } = newBrowser()
    await signInAs('ada')
    const { status, body, headers } = await agent.get('/email')
    expect([status, body]).toEqual([401, REFUSED])
    expect(headers).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'no-store',
    })
  })

  it('answers that nobody is signed in, where that is so', async () => {
    const { newBrowser, sessions } = await confirmingApp()
    const { status, body } = await newBrowser().agent.get('/email')
    expect([status, body]).toEqual([
      401,
      { reason: 'not_signed_in', message: en.reasons.not_signed_in, next: 'sign_in' },
    ])
    expect(await sessions.all()).toEqual({})
  })

  it('emits no event, whether a code or a user is missing', async () => {
    const events: EmailOtpEvent[] = []
    const onEvent = (event: EmailOtpEvent) => void events.push(event)
    const { newBrowser } = await confirmingApp({ options: { onEvent } })
    const { agent, signInAs } = newBrowser()
    expect((await agent.get('/email')).body.reason).toBe('not_signed_in')
    await signInAs('ada')
    expect((await agent.get('/email')).body.reason).toBe('otp_required')
    expect(events).toEqual([])
    await agent.post('/confirm/pay').send({})
    expect(events).not.toEqual([])
  })

  it('is closed and opened to all methods alike', async () => {
    const world = await confirmingApp()
    const stranger = world.newBrowser()
    await stranger.signInAs('ada')
    const browser = await proven(world)
    for (const verb of ['get', 'head', 'options', 'post', 'put', 'patch', 'delete'] as const) {
      expect((await stranger.agent[verb]('/email')).status, verb).toBe(401)
      expect((await browser.agent[verb]('/email')).status, verb).toBe(200)
    }
  })
})

describe('a fresh proof', () => {
  it.each([
    [undefined, 300],
    [10, 10],
    [86_400, 86_400],
  ])('with maxAgeSeconds %j lasts for %j seconds', async (maxAgeSeconds, seconds) => {
    const clock = stopClock()
    const { visit } = await proven(await confirmingApp({ guard: { maxAgeSeconds } }))
    clock.pass((seconds - 0.001) * SECOND)
    expect(await visit('/email')).toBe(200)
    // Looking at the page does not make it last longer.
    clock.pass(0.001 * SECOND)
    expect(await visit('/email')).toBe(401)
  })

  it('does not grow younger when the clock is set back', async () => {
    const clock = stopClock()
    const { visit } = await proven(await confirmingApp())
    clock.pass(-0.999 * SECOND) // as of a process whose clock is a little slow
    expect(await visit('/email')).toBe(200)
    clock.pass(-0.001 * SECOND)
    expect(await visit('/email')).toBe(401)
  })

  it('is its purpose’s alone', async () => {
    const { visit } = await proven(await confirmingApp())
    expect([await visit('/email'), await visit('/pay')]).toEqual([200, 401])
  })

  it.each([true, false])(
    'ends with a logout and with a new login, with keepSessionInfo %j',
    async (keepSessionInfo) => {
      const world = await confirmingApp({ keepSessionInfo })
      const isKept = async () => 'email-otp:proofs' in (await world.sessions.only())
      const { visit, logout, signInAs, confirm } = await proven(world)
      await signInAs('ada')
      // It came along, and is of no use there.
      expect([await isKept(), await visit('/email')]).toEqual([keepSessionInfo, 401])
      await confirm('change-email')
      await confirm('change-email', { code: (await world.smtp.next()).code })
      expect(await visit('/email')).toBe(200)
      await logout()
      expect([await isKept(), await visit('/email')]).toEqual([keepSessionInfo, 401])
      await signInAs('ada')
      expect(await visit('/email')).toBe(401)
    },
  )

  it('ends with a change of user, also where an application does not renew the session for it', async () => {
    const world = await confirmingApp()
    const { visit, whoAmI } = await proven(world)
    await world.sessions.edit((session) => {
      session.passport = { user: '18' }
    })
    expect([await whoAmI(), await visit('/email')]).toEqual(['18', 401])
  })

  it('is worth nothing in another session of the same user', async () => {
    const world = await confirmingApp()
    const { visit } = await proven(world)
    const other = world.newBrowser()
    await other.signInAs('ada')
    expect(await other.visit('/email')).toBe(401)
    const [proofs] = Object.values(await world.sessions.all())
      .map((session) => session['email-otp:proofs'])
      .filter((found) => found !== undefined)
    expect(proofs).toMatchObject({ 'change-email': { subject: '17' } })
    await world.sessions.edit((session) => {
      session['email-otp:proofs'] = proofs
    })
    expect([await visit('/email'), await other.visit('/email')]).toEqual([200, 401])
  })

  it('is not what a sign-in leaves: its code was for signing in, and renews the session', async () => {
    const world = await confirmingApp({
      keepSessionInfo: true,
      before: (app, emailOtp) => {
        app.get('/fresh', emailOtp.requireOtp(), (_req, res) => void res.json({}))
      },
    })
    const { agent, signInAs, confirm, visit } = world.newBrowser()
    await signInAs('ada')
    await confirm('login')
    await agent.post('/authenticate/login').send({ code: (await world.smtp.next()).code })
    expect(await visit('/fresh')).toBe(401)
    expect(await world.sessions.only()).not.toHaveProperty('email-otp:proofs')
    await confirm('login')
    await confirm('login', { code: (await world.smtp.next()).code })
    expect([await visit('/fresh'), await visit('/email')]).toEqual([200, 401])
  })

  it('is nothing that a session may hold by chance', async () => {
    const world = await confirmingApp()
    const { visit } = await proven(world)
    const [[sessionId = '', session] = []] = Object.entries(await world.sessions.all())
    const good = Object(session?.['email-otp:proofs'])['change-email']
    expect(good).toEqual({ subject: '17', at: expect.any(Number), sessionId })
    const kept = [
      ...[null, 1, true, 'x', [], [good], {}, { ...good, at: String(good.at) }],
      ...[
        { ...good, at: null },
        { ...good, at: undefined },
        { ...good, at: good.at + 60_000 },
      ],
      ...[
        { ...good, subject: 17 },
        { ...good, subject: ['17'] },
        { ...good, subject: undefined },
      ],
      ...[
        { ...good, sessionId: undefined },
        { ...good, sessionId: `${sessionId}x` },
      ],
    ].map((value) => ({ 'change-email': value }))
    for (const proofs of [...kept, null, 'x', 1, [good], good, { pay: good }]) {
      await world.sessions.edit((session) => {
        session['email-otp:proofs'] = proofs
      })
      expect(await visit('/email'), JSON.stringify(proofs)).toBe(401)
    }
    await world.sessions.edit((session) => {
      session['email-otp:proofs'] = { 'change-email': good }
    })
    expect(await visit('/email')).toBe(200)
  })
})
