import { describe, expect, it } from 'vitest'
import { en } from '../../src/languages/en.js'
import { SECOND, stopClock } from '../helpers/clock.js'
import { plainCalls } from '../helpers/plain-calls.js'
import { wrongCode } from '../helpers/wrong-code.js'
import { type ADA, confirmingApp, proven, reasonsIn } from './confirming-app.js'

/** The request of a user who has just entered a right code by plain calls. */
async function enteredPlainly(fields: object) {
  const { emailOtp, req, mails } = plainCalls({
    emailFromRequest: () => 'ada@example.com',
    subjectFromRequest: () => '17',
  })
  Object.assign(req, fields)
  await emailOtp.requestCode(req)
  expect((await emailOtp.verifyCode(req, mails[0]?.code)).reason).toBe('accepted')
  return { emailOtp, req }
}

describe('a code for somebody who is signed in', () => {
  it('goes to that user, says what it is for, and opens what wanted it', async () => {
    const { smtp, newBrowser } = await confirmingApp()
    const { signInAs, confirm, visit } = newBrowser()
    await signInAs('ada')
    expect(await visit('/email')).toBe(401)
    expect((await confirm('change-email', { email: 'eve@attacker.example' })).status).toBe(202)
    const { code, envelope, text, html, subject } = await smtp.next()
    expect(envelope.to).toEqual(['ada@example.com'])
    const label = { appName: 'Acme', purposeText: 'change your e-mail address' }
    expect(subject).toBe(en.mail.subject({ ...label, code }))
    expect(text).toContain(en.mail.codeLabel(label))
    expect(html).toContain(en.mail.codeLabel({ ...label, appName: '<bdi>Acme</bdi>' }))
    expect(text).toContain(en.mail.notRequestedForPurpose)
    expect(await visit('/email')).toBe(401)
    expect((await confirm('change-email', { code })).body).toEqual({ user: '17', account: '17' })
    expect(await visit('/email')).toBe(200)
  })

  it('changes neither who is signed in nor the session', async () => {
    const world = await confirmingApp()
    const { signInAs, confirm, whoAmI, agent } = world.newBrowser()
    await signInAs('ada')
    const [before] = Object.keys(await world.sessions.all())
    await confirm('pay')
    await confirm('pay', { code: (await world.smtp.next()).code })
    expect(Object.keys(await world.sessions.all())).toEqual([before])
    expect(await whoAmI()).toBe('17')
    expect((await agent.get('/pay')).body).toEqual({ by: '17' })
  })

  it('proves nothing while it is wrong, and nothing where the verify function knows no user', async () => {
    const world = await confirmingApp()
    const { signInAs, confirm, visit } = world.newBrowser()
    await signInAs('ada')
    await confirm('pay')
    const { code } = await world.smtp.next()
    expect((await confirm('pay', { code: wrongCode(code) })).status).toBe(401)
    expect(await visit('/pay')).toBe(401)
    const ada = world.users.get('ada') as typeof ADA
    world.users.delete('ada')
    expect((await confirm('pay', { code })).status).toBe(403)
    world.users.set('ada', ada)
    expect(await visit('/pay')).toBe(401)
    expect(reasonsIn(world)).toEqual(['invalid_code', 'not_allowed'])
  })

  it('serves no other purpose, and no sign-in', async () => {
    const world = await confirmingApp()
    const { agent, signInAs, confirm, visit } = world.newBrowser()
    await signInAs('ada')
    await confirm('change-email')
    const { code } = await world.smtp.next()
    const elsewhere = [
      () => confirm('pay', { code }),
      () => confirm('pay', { code, purpose: 'change-email' }),
      () => agent.post('/confirm/pay?purpose=change-email').send({ code }),
      () => confirm('login', { code }),
      () => agent.post('/authenticate/login').send({ code }),
      () => agent.post('/authenticate/pay').send({ code }),
    ]
    for (const enter of elsewhere) expect((await enter()).status).toBe(403)
    expect(reasonsIn(world)).toEqual(elsewhere.map(() => 'no_pending_code'))
    expect([await visit('/pay'), await visit('/email')]).toEqual([401, 401])
    // Nor was it used up there.
    expect((await confirm('change-email', { code })).status).toBe(200)
    expect([await visit('/pay'), await visit('/email')]).toEqual([401, 200])
  })

  it('gets its purpose from the route, whatever a request says', async () => {
    const { smtp, sessions, newBrowser } = await confirmingApp()
    const { agent, signInAs } = newBrowser()
    await signInAs('ada')
    const said = { purpose: 'pay', options: { purpose: 'pay' } }
    await agent.post('/confirm/change-email?purpose=pay').send(said)
    expect((await smtp.next()).text).toContain('change your e-mail address')
    expect(await sessions.pending()).toMatchObject({ purpose: 'change-email' })
  })

  it('has its purpose in the code: another one in the pending state makes it another code', async () => {
    const { smtp, sessions, newBrowser } = await confirmingApp()
    const { signInAs, confirm, visit } = newBrowser()
    await signInAs('ada')
    await confirm('change-email')
    const { code } = await smtp.next()
    await sessions.plant({ purpose: 'pay' })
    expect((await confirm('pay', { code })).status).toBe(401)
    expect(await visit('/pay')).toBe(401)
  })

  it('is one at a time: of two tabs with two purposes the later is waited for', async () => {
    const world = await confirmingApp()
    const { signInAs, confirm, visit } = world.newBrowser()
    await signInAs('ada')
    await confirm('change-email')
    const { code: first } = await world.smtp.next()
    await confirm('pay')
    const { code: second } = await world.smtp.next()
    expect(second).not.toBe(first)
    expect((await confirm('change-email', { code: first })).status).toBe(403)
    expect((await confirm('change-email', { code: second })).status).toBe(403)
    expect((await confirm('pay', { code: first })).status).toBe(401)
    expect((await confirm('pay', { code: second })).status).toBe(200)
    expect([await visit('/pay'), await visit('/email')]).toEqual([200, 401])
  })

  it('leaves proofs of other purposes alone', async () => {
    const world = await confirmingApp()
    const { confirm, visit } = await proven(world)
    await confirm('pay')
    await confirm('pay', { code: (await world.smtp.next()).code })
    expect([await visit('/pay'), await visit('/email')]).toEqual([200, 200])
  })

  it.each([true, false])('is nobody else’s, with keepSessionInfo %j', async (keepSessionInfo) => {
    const world = await confirmingApp({ keepSessionInfo })
    const { signInAs, confirm, visit, whoAmI } = world.newBrowser()
    await signInAs('ada')
    await confirm('pay')
    const { code } = await world.smtp.next()
    await signInAs('ben')
    expect((await confirm('pay', { code })).status).toBe(403)
    expect(reasonsIn(world)).toEqual(['no_pending_code'])
    expect([await whoAmI(), await visit('/pay')]).toEqual(['18', 401])
  })

  it('leaves a proof that endProofs() removes, for a logout that keeps the session', async () => {
    const { emailOtp, req } = await enteredPlainly({ sessionID: 's1' })
    expect(req.session).toHaveProperty('email-otp:proofs')
    emailOtp.endProofs(req)
    expect(req.session).toEqual({})
    expect(() => emailOtp.endProofs({ headers: {} })).not.toThrow()
  })

  it('leaves no proof in a session without an id, which the proof could outlive', async () => {
    const { req } = await enteredPlainly({})
    expect(req.session).toEqual({})
  })

  it('is not sent to nobody', async () => {
    const world = await confirmingApp()
    const { confirm, logout, signInAs } = world.newBrowser()
    expect((await confirm('pay', { email: 'ada@example.com' })).status).toBe(401)
    await signInAs('ada')
    await logout()
    expect((await confirm('pay', { email: 'ada@example.com' })).status).toBe(401)
    expect(reasonsIn(world)).toEqual(['not_signed_in', 'not_signed_in'])
    expect(world.smtp.mails).toEqual([])
  })

  it('mailed again is the same code, for the same purpose', async () => {
    const clock = stopClock()
    const { smtp, newBrowser } = await confirmingApp()
    const { signInAs, confirm } = newBrowser()
    await signInAs('ada')
    await confirm('pay')
    const { code } = await smtp.next()
    clock.pass(30 * SECOND)
    await confirm('pay')
    const again = await smtp.next()
    expect(again.code).toBe(code)
    expect(again.text).toContain('pay a bill')
  })

  it('proves as much when it is entered by a plain call', async () => {
    const { smtp, newBrowser } = await confirmingApp({
      before: (app, emailOtp) => {
        app.post('/plain', async (req, res) => {
          const options = { purpose: 'pay' }
          if (req.body.code === undefined) {
            res.json(await emailOtp.requestCode(req, undefined, options))
          } else res.json(await emailOtp.verifyCode(req, req.body.code, options))
        })
      },
    })
    const { agent, signInAs, confirm, visit } = newBrowser()
    await signInAs('ada')
    expect((await agent.post('/plain').send({})).body).toMatchObject({ reason: 'code_sent' })
    const { code } = await smtp.next()
    expect((await confirm('login', { code })).status).toBe(403)
    expect((await agent.post('/plain').send({ code })).body).toMatchObject({ reason: 'accepted' })
    expect([await visit('/pay'), await visit('/email')]).toEqual([200, 401])
  })
})
