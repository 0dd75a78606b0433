import { describe, expect, it } from 'vitest'
import { SECOND, stopClock } from '../helpers/clock.js'
import { ADA, createWorld, EVE } from '../helpers/world.js'
import { wrongCode } from '../helpers/wrong-code.js'

/** An application that remembers the body's `keep`, as it is. */
async function keeping() {
  const remember = (req: object) => (req as { body?: { keep?: unknown } }).body?.keep
  const world = await createWorld({ remember })
  const { post, enterCode } = world.client()
  const requestCode = (keep?: unknown, email = ADA) => post({ email, keep })
  /** What the last mail's code brings back. */
  const broughtBack = async (code: string) => (await enterCode(code)).body.info.remembered
  return { ...world, requestCode, enterCode, broughtBack }
}

describe('what is remembered, when a code is asked for again', () => {
  it.each([0, 29, 30, 60])('stays, where that says nothing, after %j seconds', async (seconds) => {
    const clock = stopClock()
    const { requestCode, smtp, broughtBack } = await keeping()
    await requestCode('first')
    const { code } = await smtp.next()
    clock.pass(seconds * SECOND)
    await requestCode()
    expect(await broughtBack(code)).toBe('first')
  })

  it.each([0, 29, 30, 60])('is what was said last, after %j seconds', async (seconds) => {
    const clock = stopClock()
    const { requestCode, smtp, broughtBack } = await keeping()
    await requestCode('first')
    const { code } = await smtp.next()
    clock.pass(seconds * SECOND)
    await requestCode('second')
    expect(await broughtBack(code)).toBe('second')
  })

  it.each([0, 60])('can be taken back by null, after %j seconds', async (seconds) => {
    const clock = stopClock()
    const { requestCode, smtp, broughtBack } = await keeping()
    await requestCode('first')
    const { code } = await smtp.next()
    clock.pass(seconds * SECOND)
    await requestCode(null)
    expect(await broughtBack(code)).toBeUndefined()
  })

  it('stays with the new code, where the old one is spent', async () => {
    const { requestCode, enterCode, smtp, broughtBack } = await keeping()
    await requestCode('first')
    const { code } = await smtp.next()
    for (let n = 1; n <= 5; n++) await enterCode(wrongCode(code, n))
    await requestCode()
    expect(await broughtBack((await smtp.next()).code)).toBe('first')
  })

  it.each([481, 600])(
    'stays with the new code, where the old one is %j seconds old',
    async (age) => {
      const clock = stopClock()
      const { requestCode, smtp, broughtBack } = await keeping()
      await requestCode('first')
      const { code } = await smtp.next()
      clock.pass(age * SECOND)
      await requestCode()
      const { code: newCode } = await smtp.next()
      expect(newCode).not.toBe(code)
      expect(await broughtBack(newCode)).toBe('first')
    },
  )

  it('does not go over to another address', async () => {
    const { requestCode, smtp, broughtBack } = await keeping()
    await requestCode('for Ada')
    await smtp.next()
    await requestCode(undefined, EVE)
    expect(await broughtBack((await smtp.next()).code)).toBeUndefined()
  })

  it('is the former, where a first mail to another address failed', async () => {
    const { requestCode, smtp, broughtBack } = await keeping()
    await requestCode('for Ada')
    const { code } = await smtp.next()
    smtp.rejectRecipient()
    expect((await requestCode('for Eve', EVE)).status).toBe(502)
    expect(await broughtBack(code)).toBe('for Ada')
  })
})
