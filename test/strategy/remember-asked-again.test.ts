import { describe, expect, it } from 'vitest'
import { createWorld, wrongCode } from '../helpers/app.js'
import { ADA, EVE } from '../helpers/attack-world.js'
import { stopClock } from '../helpers/consumer.js'

/** An application that remembers the body's `keep`, as it is. */
async function keeping() {
  const remember = (req: object) => (req as { body?: { keep?: unknown } }).body?.keep
  const world = await createWorld({ remember })
  const { post, enter } = world.browser()
  const ask = (keep?: unknown, email = ADA) => post({ email, keep })
  /** What the last mail's code brings back. */
  const broughtBack = async (code: string) => (await enter(code)).body.info.remembered
  return { ...world, ask, enter, broughtBack }
}

describe('what is remembered, when a code is asked for again', () => {
  it.each([0, 29, 30, 60])('stays, where that says nothing, after %j seconds', async (seconds) => {
    const moveOn = stopClock()
    const { ask, smtp, broughtBack } = await keeping()
    await ask('first')
    const { code } = await smtp.next()
    moveOn(seconds)
    await ask()
    expect(await broughtBack(code)).toBe('first')
  })

  it.each([0, 29, 30, 60])('is what was said last, after %j seconds', async (seconds) => {
    const moveOn = stopClock()
    const { ask, smtp, broughtBack } = await keeping()
    await ask('first')
    const { code } = await smtp.next()
    moveOn(seconds)
    await ask('second')
    expect(await broughtBack(code)).toBe('second')
  })

  it.each([0, 60])('can be taken back by null, after %j seconds', async (seconds) => {
    const moveOn = stopClock()
    const { ask, smtp, broughtBack } = await keeping()
    await ask('first')
    const { code } = await smtp.next()
    moveOn(seconds)
    await ask(null)
    expect(await broughtBack(code)).toBeUndefined()
  })

  it('stays with the new code, where the old one is spent', async () => {
    const { ask, enter, smtp, broughtBack } = await keeping()
    await ask('first')
    const { code } = await smtp.next()
    for (let n = 1; n <= 5; n++) await enter(wrongCode(code, n))
    await ask()
    expect(await broughtBack((await smtp.next()).code)).toBe('first')
  })

  it.each([481, 600])(
    'stays with the new code, where the old one is %j seconds old',
    async (age) => {
      const moveOn = stopClock()
      const { ask, smtp, broughtBack } = await keeping()
      await ask('first')
      const { code } = await smtp.next()
      moveOn(age)
      await ask()
      const { code: newCode } = await smtp.next()
      expect(newCode).not.toBe(code)
      expect(await broughtBack(newCode)).toBe('first')
    },
  )

  it('does not go over to another address', async () => {
    const { ask, smtp, broughtBack } = await keeping()
    await ask('for Ada')
    await smtp.next()
    await ask(undefined, EVE)
    expect(await broughtBack((await smtp.next()).code)).toBeUndefined()
  })

  it('is the former, where a first mail to another address failed', async () => {
    const { ask, smtp, broughtBack } = await keeping()
    await ask('for Ada')
    const { code } = await smtp.next()
    smtp.rejectRecipient()
    expect((await ask('for Eve', EVE)).status).toBe(502)
    expect(await broughtBack(code)).toBe('for Ada')
  })
})
