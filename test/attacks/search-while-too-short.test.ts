import { expect, it, vi } from 'vitest'
import { DAY, MINUTE, stopClock } from '../helpers/clock.js'
import { ADA, createWorld } from '../helpers/world.js'
import { wrongCode } from '../helpers/wrong-code.js'

// Guesses at a code that is too short are not counted, and with allowEmail a right one takes longer than a
// wrong one. Whoever finds it so must not be able to use it once the failures have ended.
it('a code that was found while it was too short is never good again', async () => {
  const clock = stopClock()
  const allowEmail = vi.fn(() => true)
  const { client, codeFor } = await createWorld({ allowEmail })
  const [first, second] = [client(), client()]
  const warm = await codeFor(first)
  for (let n = 1; n <= 4; n++) await first.enterCode(wrongCode(warm, n))
  clock.pass(30 * DAY - 9 * MINUTE)

  const code = await codeFor(first)
  const other = await codeFor(second)
  expect((await second.enterCode(wrongCode(other))).body.reason).toBe('invalid_code')
  for (let n = 1; n <= 20; n++) {
    expect((await first.enterCode(wrongCode(code, n))).body.reason).toBe('expired_code')
  }
  allowEmail.mockClear()
  expect((await first.enterCode(code)).body.reason).toBe('expired_code')
  // The right one among them looks like the others, also by its time.
  expect(allowEmail).not.toHaveBeenCalled()

  clock.pass(9 * MINUTE)
  const late = await first.enterCode(code)
  expect(late.body.reason).toBe('expired_code')
  expect(late.body.pending).toMatchObject({ digits: 6, ended: 'too_short' })
  const { pending } = (await first.requestCode(ADA)).body
  expect(pending).toMatchObject({ digits: 6 })
  expect(pending).not.toHaveProperty('ended')
})
