import { EmailOtpError } from 'passport-email-otp'
import { describe, expect, it } from 'vitest'
import { plainCalls, visit } from '../helpers/plain-calls.js'
import { wrongCode } from '../helpers/wrong-code.js'

type Save = (done: (err?: unknown) => void) => unknown

/** A strategy, and a session on the server whose `save` is given. */
function setUp(save?: Save) {
  const mailed: { to: string; code: string; saved: number }[] = []
  const saves: string[] = []
  const sendCode = ({ to, code }: { to: string; code: string }) =>
    void mailed.push({ to, code, saved: saves.length })
  const { emailOtp, events, calls } = plainCalls({ sendCode })
  const req = { ...visit(), sessionID: 's1' }
  const { session } = req
  if (save) {
    session.save = (done: (err?: unknown) => void) => {
      saves.push(JSON.stringify(session))
      return save(done)
    }
  }
  return { emailOtp, req, session, saves, mailed, events, calls }
}

describe('the session', () => {
  it.each<[string, Save]>([
    ['calls back, as express-session does', (done) => void setImmediate(done)],
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

  it.each<[string, Save]>([
    ['calls back with an error', (done) => void setImmediate(() => done(new Error('disk full')))],
    ['calls back with an error at once', (done) => done(new Error('disk full'))],
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
      const { emailOtp, req, session, mailed, events, calls } = setUp(save)
      for (let n = 0; n < 8; n++) {
        const failing = emailOtp.requestCode(req, 'a@x.org')
        await expect(failing).rejects.toThrow(EmailOtpError)
        await expect(failing).rejects.toMatchObject({
          code: 'session_failed',
          status: 500,
          cause: { message: 'disk full' },
        })
        expect(calls.at(-1)).toMatchObject({ verb: 'cancel', request: { refund: 'whole' } })
      }
      expect(calls).toHaveLength(16)
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
    expect(await emailOtp.verifyCode(req, mailed[0]?.code)).toMatchObject({
      reason: 'accepted',
      email: 'a@x.org',
    })
  })

  it('is not written by a wrong code that leaves attempts, nor by a request that has to wait', async () => {
    const { emailOtp, req, session, saves, mailed } = setUp((done) => done())
    await emailOtp.requestCode(req, 'a@x.org')
    const before = JSON.stringify(session)
    const wrong = wrongCode(mailed[0]?.code ?? '')
    expect(await emailOtp.verifyCode(req, wrong)).toMatchObject({ attemptsLeft: 4 })
    expect(await emailOtp.requestCode(req, 'a@x.org')).toMatchObject({ reason: 'code_sent' })
    expect(JSON.stringify(session)).toBe(before)
    expect(saves).toHaveLength(1)
  })

  it('holds no more after a hundred requests than after one, and needs no save of its own', async () => {
    const { emailOtp, req, session, mailed } = setUp()
    await emailOtp.requestCode(req, 'n000@x.org')
    const before = JSON.stringify(session).length
    for (let n = 0; n < 100; n++) {
      await emailOtp.requestCode(req, `n${String(n).padStart(3, '0')}@x.org`)
    }
    expect(JSON.stringify(session).length).toBe(before)
    expect(mailed).toHaveLength(100)
  })
})
