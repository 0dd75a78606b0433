import { EmailOtpError, type EmailOtpEvent, MemoryStore, Strategy } from 'passport-email-otp'
import { describe, expect, it, vi } from 'vitest'
import { SECRET } from '../helpers/mail.js'

type Save = (done: (err?: unknown) => void) => unknown

/** A strategy, and a session whose `save` is given. */
function setUp(save?: Save) {
  const mailed: { to: string; code: string; saved: number }[] = []
  const events: EmailOtpEvent[] = []
  const store = new MemoryStore()
  const cancel = vi.spyOn(store, 'cancel')
  const emailOtp = new Strategy(
    {
      secret: SECRET,
      store,
      sendCode: ({ to, code }) => {
        mailed.push({ to, code, saved: saves.length })
      },
      onEvent: (event) => void events.push(event),
    },
    async (email) => ({ email }),
  )
  const saves: string[] = []
  const session: Record<string, unknown> = {}
  const req = { headers: {}, session, sessionID: 's1' }
  if (save) {
    session.save = (done: (err?: unknown) => void) => {
      saves.push(JSON.stringify(session))
      return save(done)
    }
  }
  return { emailOtp, req, session, saves, mailed, events, cancel }
}

describe('the session', () => {
  it.each<[string, Save]>([
    ['calls back, as express-session does', (done) => done()],
    ['answers with a promise and never calls back', async () => {}],
    ['does both', async (done) => done()],
  ])(
    'is saved, with the pending state in it, before the mail is sent: a save that %s',
    async (_what, save) => {
      const { emailOtp, req, saves, mailed } = setUp(save)
      await emailOtp.requestCode(req, 'a@x.org')
      expect(mailed).toMatchObject([{ to: 'a@x.org', saved: 1 }])
      const pending = JSON.parse(saves[0] ?? '')['email-otp']
      expect(pending).toMatchObject({ email: 'a@x.org' })
      expect(pending).not.toHaveProperty('ended')
      expect(saves[0]).not.toContain(mailed[0]?.code)
    },
  )

  it('without a save of its own writes itself at the end', async () => {
    const { emailOtp, req, mailed } = setUp()
    await emailOtp.requestCode(req, 'a@x.org')
    expect(mailed.length).toBe(1)
  })

  it.each<[string, Save]>([
    ['calls back with an error', (done) => done(new Error('disk full'))],
    ['rejects', () => Promise.reject(new Error('disk full'))],
    [
      'throws',
      () => {
        throw new Error('disk full')
      },
    ],
  ])(
    'that %s: nothing is mailed, the send is given back, and nothing new is pending',
    async (_what, save) => {
      const { emailOtp, req, session, mailed, events, cancel } = setUp(save)
      for (let n = 0; n < 8; n++) {
        const failing = emailOtp.requestCode(req, 'a@x.org')
        await expect(failing).rejects.toThrow(EmailOtpError)
        await expect(failing).rejects.toMatchObject({
          code: 'session_failed',
          status: 500,
          cause: { message: 'disk full' },
        })
      }
      expect(cancel).toHaveBeenLastCalledWith(expect.objectContaining({ refund: 'whole' }))
      expect(cancel).toHaveBeenCalledTimes(8)
      expect(mailed).toEqual([])
      expect(events).toEqual([])
      expect(session).not.toHaveProperty('email-otp')
    },
  )

  it('that fails later keeps what was pending before', async () => {
    let isBroken = false
    const { emailOtp, req, mailed } = setUp((done) =>
      done(isBroken ? new Error('disk full') : undefined),
    )
    await emailOtp.requestCode(req, 'a@x.org')
    isBroken = true
    await expect(emailOtp.requestCode(req, 'b@x.org')).rejects.toMatchObject({
      code: 'session_failed',
    })
    expect(emailOtp.pending(req)?.email).toBe('a@x.org')
    const { code } = mailed[0] ?? {}
    expect(await emailOtp.verifyCode(req, code)).toMatchObject({
      reason: 'accepted',
      email: 'a@x.org',
    })
  })

  it('is not written by a wrong code that leaves attempts', async () => {
    const { emailOtp, req, session, mailed } = setUp()
    await emailOtp.requestCode(req, 'a@x.org')
    const before = JSON.stringify(session)
    const wrong = mailed[0]?.code === '000000' ? '000001' : '000000'
    expect(await emailOtp.verifyCode(req, wrong)).toMatchObject({ attemptsLeft: 4 })
    expect(JSON.stringify(session)).toBe(before)
  })

  it('is not written by a request that has to wait', async () => {
    const { emailOtp, req, session, saves } = setUp((done) => done())
    await emailOtp.requestCode(req, 'a@x.org')
    const before = JSON.stringify(session)
    expect(await emailOtp.requestCode(req, 'a@x.org')).toMatchObject({ reason: 'code_sent' })
    expect(JSON.stringify(session)).toBe(before)
    expect(saves.length).toBe(1)
  })

  it('holds no more after a thousand requests than after one', async () => {
    const { emailOtp, req, session } = setUp()
    await emailOtp.requestCode(req, 'n0000@x.org')
    const before = JSON.stringify(session).length
    for (let n = 0; n < 1000; n++) {
      await emailOtp.requestCode(req, `n${String(n).padStart(4, '0')}@x.org`)
    }
    expect(JSON.stringify(session).length).toBe(before)
  })
})

it('a store that had to drop something alive is an event', async () => {
  const events: EmailOtpEvent[] = []
  const emailOtp = new Strategy(
    {
      secret: SECRET,
      store: new MemoryStore({ maxChallenges: 1000 }),
      sendCode: () => {},
      onEvent: (event) => {
        if (event.type === 'store_full') events.push(event)
      },
    },
    async (email) => ({ email }),
  )
  for (let n = 0; n <= 1000; n++) {
    await emailOtp.requestCode({ headers: {}, session: {} }, `n${n}@x.org`)
  }
  expect(events).toEqual([
    {
      type: 'store_full',
      addressHash: expect.stringMatching(/^[\w-]{22}$/),
      dropped: 'challenges',
    },
  ])
})
