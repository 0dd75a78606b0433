import { Strategy } from 'passport-email-otp'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { SECOND, stopClock } from '../helpers/clock.js'
import { gate } from '../helpers/gate.js'
import { SECRET } from '../helpers/mail.js'
import { plainCalls, visit } from '../helpers/plain-calls.js'
import { createWorld } from '../helpers/world.js'

describe('what an application gets wrong', () => {
  it.each([
    ['returns the user without a promise', (email: string) => ({ email })],
    ['returns nothing and takes no done', (_email: string) => {}],
  ])(
    'a verify function that %s is an error, not a request without an answer',
    async (_what, verify) => {
      const { smtp, client } = await createWorld({ verify: verify as never })
      const { requestCode, enterCode, home } = client()
      await requestCode('ada@example.com')
      const entered = await enterCode((await smtp.next()).code)
      expect(entered.status).toBe(500)
      expect(entered.body.name).toBe('TypeError')
      expect(entered.body.message).toContain('done')
      expect((await home()).status).toBe(401)
    },
  )

  it('a callback that throws for the error too is a warning, not the end of the process', async () => {
    const warned = gate<unknown>()
    const spy = vi.spyOn(process, 'emitWarning').mockImplementation((text) => warned.open(text))
    onTestFinished(() => spy.mockRestore())
    const strategy = Object.assign(
      new Strategy({ secret: SECRET, sendCode: () => {} }, async (email) => ({ email })),
      {
        fail() {
          throw new Error('callback broke')
        },
        error(err: Error) {
          throw new Error(`and again: ${err.message}`)
        },
      },
    )
    strategy.authenticate({ method: 'GET', headers: {} } as never)
    expect(await warned.opened).toEqual(new Error('and again: callback broke'))
  })
})

it('the wait that is told begins with the mail, however long the mail took', async () => {
  const clock = stopClock()
  const { emailOtp, req } = plainCalls({ sendCode: () => clock.pass(3 * SECOND) })
  const info = await emailOtp.requestCode(req, 'a@x.org')
  expect(info).toMatchObject({ retryAfterSeconds: 27, pending: { resendInSeconds: 27 } })
})

it('a web-style request is seen to be cross-site too', async () => {
  const { emailOtp } = plainCalls()
  const from = (site: string) => ({ ...visit(), headers: new Headers({ 'sec-fetch-site': site }) })
  for (const [site, reason] of [
    ['cross-site', 'cross_site'],
    ['same-origin', 'code_sent'],
  ] as const) {
    expect(await emailOtp.requestCode(from(site), 'a@x.org')).toMatchObject({ reason })
  }
})

it('the error of a session store loses address and id on its way to the log', async () => {
  const { emailOtp, req } = plainCalls()
  const { session } = req
  session.save = () => Promise.reject(new Error(`insert into sessions: ${JSON.stringify(session)}`))
  // With an id: a session that is stored on the server has the state in clear.
  const failing = emailOtp.requestCode(Object.assign(req, { sessionID: 's1' }), 'a@x.org')
  await expect(failing).rejects.toMatchObject({
    cause: { message: expect.stringMatching(/"id":"\[id\]".*"email":"\[address\]"/) },
  })
})
