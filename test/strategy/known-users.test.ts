import { describe, expect, it, vi } from 'vitest'
import { gate } from '../helpers/gate.js'
import { until } from '../helpers/until.js'
import { faultyStore } from '../helpers/watch-store.js'
import { ADA, createWorld, type WorldOptions } from '../helpers/world.js'
import { wrongCode } from '../helpers/wrong-code.js'

/** An application that knows Ada, who has requested a code. */
async function adaWaits(options: WorldOptions = {}) {
  const allowEmail = vi.fn(async (_email: string): Promise<unknown> => ({ firstName: 'Ada' }))
  const world = await createWorld({ allowEmail, ...options })
  const ada = world.client()
  return { ...world, ...ada, allowEmail, code: await world.codeFor(ada) }
}

describe('allowEmail', () => {
  it('is asked again once a code is accepted, and a no is not_allowed with the code spent', async () => {
    const { allowEmail, enterCode, code, events } = await adaWaits()
    expect(allowEmail).toHaveBeenCalledTimes(1)
    await enterCode(wrongCode(code))
    expect(allowEmail).toHaveBeenCalledTimes(1)
    allowEmail.mockResolvedValueOnce(undefined)
    const rejected = await enterCode(code)
    expect(rejected.status).toBe(403)
    expect(rejected.body).toMatchObject({ reason: 'not_allowed', next: 'request_code' })
    expect(rejected.body).not.toHaveProperty('pending')
    expect(rejected.headers['set-cookie']).toBeUndefined()
    const addressHash = events[0]?.addressHash
    expect(events.at(-1)).toMatchObject({ type: 'rejected', reason: 'not_allowed', addressHash })
    expect(events.filter(({ type }) => type === 'verified')).toEqual([])
    expect((await enterCode(code)).body.reason).toBe('no_pending_code')
  })

  it.each(['slow', 'failing'])(
    'is not asked while the store is %s, for a right code either',
    async (kind) => {
      const answer = gate<void>()
      const asked: string[] = []
      const store = faultyStore((real) => ({
        attempt: async (request) => {
          asked.push(request.matched ? 'right' : 'wrong')
          await answer.opened
          return real.attempt(request)
        },
      }))
      const { allowEmail, enterCode, code } = await adaWaits({ store })
      allowEmail.mockClear()
      const entering = enterCode(code).then((answer) => answer)
      await until(() => asked.length === 1)
      expect(allowEmail).not.toHaveBeenCalled()
      if (kind === 'slow') {
        answer.open()
        expect((await entering).status).toBe(200)
        expect(allowEmail).toHaveBeenCalledTimes(1)
      } else {
        answer.fail(new Error('the store is down'))
        expect((await entering).status).toBe(503)
        expect((await enterCode(wrongCode(code))).status).toBe(503)
        expect(allowEmail).not.toHaveBeenCalled()
      }
    },
  )

  it('that throws is an event with the error before the mail, and an error after the code', async () => {
    const error = new Error('directory is down')
    const { emailOtp, allowEmail, client, enterCode, code, events, heard, smtp } = await adaWaits()
    const failed = { error, addressHash: emailOtp.addressHash(ADA) }
    allowEmail.mockRejectedValueOnce(error)
    expect((await client().requestCode(ADA)).status).toBe(202)
    expect(await heard('allow_failed')).toMatchObject([failed])
    expect(smtp.mails).toHaveLength(1)
    allowEmail.mockRejectedValueOnce(error)
    const broken = await enterCode(code)
    expect([broken.status, broken.body.message]).toEqual([500, 'directory is down'])
    expect((await enterCode(code)).body.reason).toBe('no_pending_code')
    expect(await heard('allow_failed', 2)).toMatchObject([failed, failed])
    expect(events.filter(({ type }) => type === 'verified')).toEqual([])
  })

  it('hands what it returned to sendCode, whose failure is an event, never an answer or a refund', async () => {
    const accounts: unknown[] = []
    const { client, heard } = await createWorld({
      allowEmail: () => ({ firstName: 'Ada' }),
      sendCode: ({ account }) => {
        accounts.push(account)
        return Promise.reject(Object.assign(new Error('no route'), { notSent: true }))
      },
    })
    const answers = []
    for (let n = 0; n < 6; n++) answers.push((await client().requestCode(ADA)).status)
    expect(answers).toEqual([202, 202, 202, 202, 202, 429])
    expect(await heard('send_failed', 5)).toHaveLength(5)
    expect(accounts).toEqual(Array(5).fill({ firstName: 'Ada' }))
  })
})
