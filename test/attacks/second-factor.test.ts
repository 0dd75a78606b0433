import { describe, expect, it } from 'vitest'
import { SECOND, stopClock } from '../helpers/clock.js'
import { cookiesOf } from '../helpers/sessions.js'
import { wrongCode } from '../helpers/wrong-code.js'
import { PRIVATE, reasonsIn, twoFactorApp } from '../second-factor/two-factor-app.js'

const ADA = { id: '17', email: 'ada@example.com' }
const EVE = { id: '66', email: 'eve@attacker.example' }
const BOTH = { ada: ADA, eve: EVE }
const NOTHING = PRIVATE.map(() => 401)

describe('2FA: a thief of Ada’s password, with a mailbox and an account of his own', () => {
  it('has the code sent to her, whatever he puts into the request', async () => {
    const { smtp, newBrowser } = await twoFactorApp(BOTH)
    const { agent, tryAll } = newBrowser()
    const password = { username: 'ada', password: 'correct horse' }
    const bodies = [
      { email: EVE.email },
      { email: [ADA.email, EVE.email], user: EVE, id: '66' },
      { to: EVE.email, emailFromRequest: EVE.email, subject: '66', purpose: 'login' },
    ]
    for (const body of bodies) {
      const asked = agent.post(`/login?email=${EVE.email}`).set('X-Email', EVE.email)
      await asked.send({ ...password, ...body })
    }
    expect(smtp.mails.map(({ envelope }) => envelope.to)).toEqual([[ADA.email]])
    expect(await tryAll()).toEqual(NOTHING)
  })

  it('gains nothing from a page of another site that asks for the code or enters it', async () => {
    const { smtp, newBrowser } = await twoFactorApp(BOTH)
    const { agent, password, tryAll } = newBrowser()
    const forged = (path: string) => agent.post(path).set('Sec-Fetch-Site', 'cross-site')
    const given = { username: 'ada', password: 'correct horse' }
    expect((await forged('/login').send(given)).status).toBe(403)
    expect(smtp.mails).toEqual([])
    await password('ada')
    const { code } = await smtp.next()
    expect((await forged('/login/code').send({ code })).status).toBe(403)
    expect(await tryAll()).toEqual(NOTHING)
  })

  it('can’t use his code for her with the cookie of his earlier request put back', async () => {
    const { smtp, newBrowser } = await twoFactorApp(BOTH)
    const { agent, password, whoAmI } = newBrowser()
    const his = cookiesOf(await password('eve'))
    const { code } = await smtp.next()
    const hers = cookiesOf(await newBrowser().password('ada'))
    expect([his === '', hers === '']).toEqual([false, false])
    const wrong = await newBrowser().agent.post('/login/code').set('Cookie', hers).send({ code })
    expect(wrong.status).toBe(401)
    const own = await newBrowser().agent.post('/login/code').set('Cookie', his).send({ code })
    expect(own.body.id).toBe('66')
    // Used, in every copy of that cookie.
    expect((await agent.post('/login/code').set('Cookie', his).send({ code })).status).toBe(403)
    expect(await whoAmI()).toBe(401)
  })

  it('is signed in by neither of both in one request', async () => {
    const { smtp, newBrowser, events } = await twoFactorApp(BOTH)
    const { agent, password, enter, tryAll } = newBrowser()
    const given = { username: 'ada', password: 'correct horse' }
    // A pinned first step reads no code, not even the right one.
    await password('ada')
    const { code } = await smtp.next()
    expect((await agent.post('/login').send({ ...given, code })).status).toBe(303)
    expect(await tryAll()).toEqual(NOTHING)
    // Where it isn't pinned, a password beside a wrong code is a wrong code.
    const unpinned = await agent.post('/unpinned').send({ ...given, code: wrongCode(code) })
    expect([unpinned.status, await tryAll()]).toEqual([401, NOTHING])
    expect(reasonsIn(events)).toEqual(['invalid_code'])
    expect((await enter(code)).status).toBe(200)
  })

  it('guesses no more than anybody else, however often he gives the password', async () => {
    const clock = stopClock()
    const { smtp, asked, newBrowser } = await twoFactorApp(BOTH)
    let guesses = 0
    for (let n = 0; n < 8; n++) {
      const { password, enter } = newBrowser()
      if ((await password('ada')).status !== 303) break
      const { code } = await smtp.next()
      for (let guess = 1; guess <= 5; guess++) {
        if ((await enter(wrongCode(code, guess))).status === 401) guesses += 1
      }
      clock.pass(31 * SECOND)
    }
    // Five mails an hour, five guesses each.
    expect([smtp.mails.length, guesses]).toEqual([5, 25])
    expect(asked).toEqual([])
  })
})

describe('2FA: where the routes are put together carelessly', () => {
  it('an unpinned route takes a code for the user it belongs to, and mails nobody without one', async () => {
    const { smtp, newBrowser } = await twoFactorApp(BOTH)
    const { agent, password, whoAmI } = newBrowser()
    await password('ada')
    const { code } = await smtp.next()
    expect((await agent.post('/unpinned').send({ email: EVE.email })).status).toBe(401)
    expect((await agent.post('/unpinned').send({ code })).body.id).toBe('17')
    expect(await whoAmI()).toBe('17')
    expect(smtp.mails).toHaveLength(1)
  })

  it('an array means either: a password alone signs in there, which the documents say', async () => {
    const { smtp, newBrowser } = await twoFactorApp(BOTH)
    const { agent, whoAmI } = newBrowser()
    const wrong = { username: 'ada', password: 'tr0ub4dor', email: ADA.email }
    expect((await agent.post('/either').send(wrong)).status).toBe(401)
    expect([await whoAmI(), smtp.mails]).toEqual([401, []])
    await agent.post('/either').send({ username: 'ada', password: 'correct horse' })
    expect([await whoAmI(), smtp.mails]).toEqual(['17', []])
  })
})
