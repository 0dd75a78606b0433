import { MemoryStore, type RequestLike, Strategy } from 'passport-email-otp'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { SECOND, stopClock } from '../helpers/clock.js'
import { gate } from '../helpers/gate.js'
import { SECRET } from '../helpers/mail.js'
import { createWorld } from '../helpers/world.js'

afterEach(() => {
  vi.restoreAllMocks()
})

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
      expect(entered.body.message).toBe(
        'The verify function must return a promise, or take done and call it',
      )
      expect((await home()).status).toBe(401)
    },
  )

  it('a callback that throws for the error too is a warning, not the end of the process', async () => {
    const warned = gate<unknown>()
    vi.spyOn(process, 'emitWarning').mockImplementation((warning) => warned.open(warning))
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

it('a mail that failed and could not be taken back is never answered as sent', async () => {
  const store = new MemoryStore()
  vi.spyOn(store, 'cancel').mockRejectedValueOnce(new Error('the store is down'))
  const sendCode = vi
    .fn()
    .mockRejectedValueOnce(Object.assign(new Error('the server is down'), { notSent: true }))
  const emailOtp = new Strategy({ secret: SECRET, store, sendCode }, async (email) => ({ email }))
  const req = { headers: {}, session: {} }
  await expect(emailOtp.requestCode(req, 'a@x.org')).rejects.toMatchObject({
    code: 'delivery_failed',
  })
  expect(await emailOtp.requestCode(req, 'a@x.org')).toMatchObject({
    reason: 'rate_limited',
    next: 'wait',
    retryAfterSeconds: 30,
  })
  expect(sendCode).toHaveBeenCalledTimes(1)
})

it('the wait that is told begins with the mail, however long the mail took', async () => {
  const clock = stopClock()
  const emailOtp = new Strategy(
    { secret: SECRET, sendCode: () => clock.pass(3 * SECOND) },
    async (email) => ({ email }),
  )
  const info = await emailOtp.requestCode({ headers: {}, session: {} }, 'a@x.org')
  expect(info).toMatchObject({ retryAfterSeconds: 27, pending: { resendInSeconds: 27 } })
})

it('a web-style request is seen to be cross-site too', async () => {
  const emailOtp = new Strategy({ secret: SECRET, sendCode: () => {} }, async (email) => ({
    email,
  }))
  const from = (site: string) => ({ headers: new Headers({ 'sec-fetch-site': site }), session: {} })
  expect(await emailOtp.requestCode(from('cross-site'), 'a@x.org')).toMatchObject({
    reason: 'cross_site',
  })
  expect(await emailOtp.requestCode(from('same-origin'), 'a@x.org')).toMatchObject({
    reason: 'code_sent',
  })
})

/** A request whose session is in a store, under an id. */
const withId = (req: RequestLike): RequestLike => Object.assign(req, { sessionID: 's1' })

it('the error of a session store loses address and id on its way to the log', async () => {
  const session: Record<string, unknown> = {}
  session.save = () => Promise.reject(new Error(`insert into sessions: ${JSON.stringify(session)}`))
  const emailOtp = new Strategy({ secret: SECRET, sendCode: () => {} }, async (email) => ({
    email,
  }))
  const failing = emailOtp.requestCode(withId({ headers: {}, session }), 'a@x.org')
  const { cause } = await failing.then(
    () => ({ cause: undefined }),
    (err: Error) => err,
  )
  expect((cause as Error).message).toContain('"id":"[id]"')
  expect((cause as Error).message).toContain('"email":"[address]"')
})
