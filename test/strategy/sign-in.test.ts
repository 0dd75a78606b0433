import { expect, it } from 'vitest'
import { ADA, createWorld } from '../helpers/world.js'
import { wrongCode } from '../helpers/wrong-code.js'

it('the first request mails a code; the second, with it and no wrong one, signs in, once', async () => {
  const { smtp, client } = await createWorld()
  const { requestCode, enterCode, home } = client()
  const asked = await requestCode('Ada@Example.com')
  expect(asked.status).toBe(202)
  expect(asked.body).toMatchObject({ reason: 'code_sent', next: 'enter_code' })
  const mail = await smtp.next()
  expect(mail.envelope).toEqual({ from: 'login@acme.example', to: [ADA] })
  expect(mail.code).toMatch(/^[0-9]{6}$/)
  expect((await home()).status).toBe(401)

  const wrong = await enterCode(wrongCode(mail.code))
  expect(wrong.status).toBe(401)
  expect(wrong.body).toMatchObject({ reason: 'invalid_code', attemptsLeft: 4, next: 'enter_code' })
  expect((await home()).status).toBe(401)

  const entered = await enterCode(mail.code)
  expect(entered.status).toBe(200)
  expect(entered.body.user).toEqual({ email: ADA })
  expect(entered.body.info).toMatchObject({ reason: 'accepted', next: 'done', email: ADA })
  expect((await home()).body).toEqual({ user: { email: ADA } })

  const again = await enterCode(mail.code)
  expect(again.status).toBe(403)
  expect(again.body).toMatchObject({ reason: 'no_pending_code', next: 'request_code' })
})
