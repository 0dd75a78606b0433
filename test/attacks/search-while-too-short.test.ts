import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { wrongCode } from '../helpers/app.js'
import { ADA, attackWorld, DAY, MINUTE } from '../helpers/attack-world.js'

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: new Date('2026-01-01T12:00:00Z') })
})
afterEach(() => {
  vi.useRealTimers()
})

// Guesses at a code that is too short are not counted, and with allowEmail a right one takes longer than a
// wrong one. Whoever finds it so must not be able to use it once the failures have ended.
it('a code that was found while it was too short is never good again', async () => {
  const allowEmail = vi.fn(() => true)
  const { client, codeFor } = await attackWorld({ allowEmail })
  const [first, second] = [client(), client()]
  const warm = await codeFor(first)
  for (let n = 1; n <= 4; n++) await first.enter(wrongCode(warm, n))
  vi.setSystemTime(Date.now() + 30 * DAY - 9 * MINUTE)

  const code = await codeFor(first)
  const other = await codeFor(second)
  expect((await second.enter(wrongCode(other))).body.reason).toBe('invalid_code')
  for (let n = 1; n <= 20; n++) {
    expect((await first.enter(wrongCode(code, n))).body.reason).toBe('expired_code')
  }
  allowEmail.mockClear()
  expect((await first.enter(code)).body.reason).toBe('expired_code')
  expect(allowEmail).toHaveBeenCalledOnce()

  vi.setSystemTime(Date.now() + 9 * MINUTE)
  const late = await first.enter(code)
  expect(late.body.reason).toBe('expired_code')
  expect(late.body.pending).toMatchObject({ digits: 6, ended: 'too_short' })
  const { pending } = (await first.ask(ADA)).body
  expect(pending).toMatchObject({ digits: 6 })
  expect(pending).not.toHaveProperty('ended')
})
