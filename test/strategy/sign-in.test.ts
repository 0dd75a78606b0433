import { expect, it } from 'vitest'
import { createWorld } from '../helpers/world.js'
import { wrongCode } from '../helpers/wrong-code.js'

it('the first request mails a code, the second, carrying it, authenticates the session', async () => {
  const { smtp, client } = await createWorld()
  const { requestCode, enterCode, home } = client()

  const asked = await requestCode('Ada@Example.com')
  expect(asked.status).toBe(202)
  expect(asked.body).toMatchObject({ reason: 'code_sent', next: 'enter_code' })

  const mail = await smtp.next()
  expect(mail.envelope).toEqual({ from: 'login@acme.example', to: ['ada@example.com'] })
  expect(mail.code).toMatch(/^[0-9]{6}$/)

  const entered = await enterCode(mail.code)
  expect(entered.status).toBe(200)
  expect(entered.body.user).toEqual({ email: 'ada@example.com' })
  expect(entered.body.info).toMatchObject({
    reason: 'accepted',
    next: 'done',
    email: 'ada@example.com',
  })
  expect((await home()).body).toEqual({ user: { email: 'ada@example.com' } })
})

it('nobody is signed in before the code, nor by a wrong one', async () => {
  const { smtp, client } = await createWorld()
  const { requestCode, enterCode, home } = client()
  await requestCode('ada@example.com')
  expect((await home()).status).toBe(401)
  const { code } = await smtp.next()
  const wrong = await enterCode(wrongCode(code))
  expect(wrong.status).toBe(401)
  expect(wrong.body).toMatchObject({ reason: 'invalid_code', attemptsLeft: 4, next: 'enter_code' })
  expect((await home()).status).toBe(401)
})

it('a code works once', async () => {
  const { smtp, client } = await createWorld()
  const { requestCode, enterCode } = client()
  await requestCode('ada@example.com')
  const { code } = await smtp.next()
  expect((await enterCode(code)).status).toBe(200)
  const again = await enterCode(code)
  expect(again.status).toBe(403)
  expect(again.body).toMatchObject({ reason: 'no_pending_code', next: 'request_code' })
})

it('the code works only in the browser that asked for it', async () => {
  const { smtp, client } = await createWorld()
  const [mine, theirs] = [client(), client()]
  await mine.requestCode('ada@example.com')
  const { code } = await smtp.next()
  expect((await theirs.enterCode(code)).body.reason).toBe('no_pending_code')
  await theirs.requestCode('eve@example.com')
  await smtp.next()
  expect((await theirs.enterCode(code)).body.reason).toBe('invalid_code')
  expect((await mine.enterCode(code)).status).toBe(200)
})

it('the address that is proven is the one that the code was sent to, whatever the second body says', async () => {
  const { smtp, client } = await createWorld()
  const { requestCode, post } = client()
  await requestCode('ada@example.com')
  const { code } = await smtp.next()
  const entered = await post({ email: 'root@example.com', code, digits: 4, expiresAt: 9e15 })
  expect(entered.body.user).toEqual({ email: 'ada@example.com' })
})

it('neither the answers nor the session hold the code', async () => {
  const { smtp, client } = await createWorld({
    before: (req, _res, next) => {
      sessions.push(() => JSON.stringify(req.session))
      next()
    },
  })
  const sessions: (() => string)[] = []
  const { requestCode, home } = client()
  const asked = await requestCode('ada@example.com')
  const { code } = await smtp.next()
  const shown = [JSON.stringify(asked.body), JSON.stringify(asked.headers), (await home()).text]
  for (const text of [...shown, ...sessions.map((read) => read())]) expect(text).not.toContain(code)
})
