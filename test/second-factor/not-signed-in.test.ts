import type { RequestLike } from 'passport-email-otp'
import { describe, expect, it } from 'vitest'
import { en } from '../../src/languages/en.js'
import { startMail, strategyOn } from '../helpers/mail.js'
import { reasonsIn, twoFactorApp, userOf } from './two-factor-app.js'

const EVE = 'eve@attacker.example'

describe('where there is nobody to send a code to', () => {
  it.each([undefined, null, ''])('a user whose id is %j gets no code', async (id) => {
    const ada = { id, email: 'ada@example.com' }
    const { smtp, events, newBrowser } = await twoFactorApp({ ada })
    expect((await newBrowser().password('ada')).status).toBe(401)
    expect([reasonsIn(events), smtp.mails]).toEqual([['not_signed_in'], []])
  })

  it('nobody at all gets none, and no code is asked from a body', async () => {
    const { smtp, events, newBrowser } = await twoFactorApp({})
    const { agent } = newBrowser()
    for (const body of [{}, { email: EVE }, { email: EVE, user: { email: EVE, id: '17' } }]) {
      expect((await agent.post('/unpinned').send(body)).status).toBe(401)
      expect((await agent.post('/unpinned?email=eve@attacker.example').send(body)).status).toBe(401)
    }
    expect(reasonsIn(events)).toEqual(Array(6).fill('not_signed_in'))
    expect(smtp.mails).toEqual([])
  })

  it('a plain call answers the same, though it names an address', async () => {
    const mail = await startMail()
    const emailOtp = strategyOn(mail, {
      emailFromRequest: (req) => userOf(req)?.email as string,
      subjectFromRequest: async (req) => userOf(req)?.id as string,
    })
    const req = { headers: {}, session: {} } as RequestLike
    expect(await emailOtp.requestCode(req, EVE)).toEqual({
      reason: 'not_signed_in',
      message: en.reasons.not_signed_in,
      next: 'sign_in',
    })
    const ada = { ...req, user: { id: '17', email: 'Ada@Example.com' } }
    expect(await emailOtp.requestCode(ada, EVE)).toMatchObject({
      reason: 'code_sent',
      // Whoever has the password need not learn where the code goes.
      pending: { email: 'a•••@example.com', maskedEmail: 'a•••@example.com' },
    })
    expect((await mail.smtp.next()).envelope.to).toEqual(['ada@example.com'])
  })
})

describe('where an application gives something else than one address, or an id', () => {
  it.each([
    'ada@example.com, eve@attacker.example',
    'ada@example.com;eve@attacker.example',
    'Eve <eve@attacker.example>',
    'ada@example.com\nBcc: eve@attacker.example',
    '"eve@attacker.example, ada"@example.com',
    ' ',
    ['ada@example.com', EVE],
    { address: EVE },
    true,
    17,
  ])('the address %j is mailed nothing', async (email) => {
    const { smtp, events, newBrowser } = await twoFactorApp({ ada: { id: '17', email } })
    expect((await newBrowser().password('ada')).status).toBe(403)
    expect([events.map(({ type }) => type), smtp.mails]).toEqual([['no_address'], []])
  })

  it.each([
    [Number.NaN, 'NaN'],
    [Number.POSITIVE_INFINITY, 'Infinity'],
    [2 ** 53, '9007199254740992'],
    [1.5, '1.5'],
    [true, 'true'],
    [{ $oid: '17' }, 'an object'],
    [['17'], 'an array of 1'],
    ['x'.repeat(256), 'a string of 256 bytes'],
  ])('the id %j is a clear error, before any mail', async (id, got) => {
    const { smtp, newBrowser } = await twoFactorApp({ ada: { id, email: 'ada@example.com' } })
    const { status, body } = await newBrowser().password('ada')
    expect([status, body.name]).toEqual([500, 'TypeError'])
    expect(body.message).toMatch(
      /^subjectFromRequest must return a user's id as a string of at most 255 /,
    )
    expect(body.message).toMatch(new RegExp(`got ${got}$`))
    expect(smtp.mails).toEqual([])
  })

  it.each(['17', 17, 17n, 0, 2n ** 64n, 'a\0b', '__proto__', 'x'.repeat(255)])(
    'hands the id %s to the verify function as it was given',
    async (id) => {
      const { smtp, asked, newBrowser } = await twoFactorApp({
        ada: { id, email: 'ada@example.com' },
      })
      const { password, enter } = newBrowser()
      await password('ada')
      await enter((await smtp.next()).code)
      expect(asked).toEqual([id])
    },
  )
})
