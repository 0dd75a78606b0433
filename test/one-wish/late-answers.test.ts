import { type EmailOtpOptions, MemoryStore } from 'passport-email-otp'
import { describe, expect, it } from 'vitest'
import { MINUTE, SECOND, stopTimeouts } from '../helpers/clock.js'
import { answersLate, twoProcesses } from './late-store.js'

const turns = async () => {
  for (let n = 0; n < 10; n++) await new Promise(setImmediate)
}

/** The first click has failed, its challenge is cancelled, and the second click was told "code sent". */
async function takenBack(options: Partial<EmailOtpOptions> = {}) {
  const timers = stopTimeouts({ date: true })
  const real = new MemoryStore()
  const slow = answersLate(real)
  const world = twoProcesses([slow.store, real], options)
  const failed = world.click(world.first).info.catch((err) => err)
  await slow.executed
  await timers.pass(SECOND)
  expect(await failed).toMatchObject({ code: 'store_failed' })
  const again = world.click(world.second)
  expect(await again.info).toMatchObject({ reason: 'code_sent' })
  slow.answer()
  await slow.cancelled
  await turns()
  expect(world.codes).toEqual([])
  return { ...world, timers, real, again }
}

describe('an opening whose answer comes too late, after the visitor has clicked again', () => {
  it.each([
    ['without allowEmail', {}],
    ['with allowEmail', { allowEmail: () => true }],
  ])('is replaced, and its code is mailed: %s', async (_, options) => {
    const { timers, second, again, codes } = await takenBack(options)
    await timers.pass(2 * SECOND)
    expect(await second.idle()).toBe(true)
    expect(codes).toHaveLength(1)
    expect((await second.verifyCode(again.req, codes[0])).reason).toBe('accepted')
  })

  it('is replaced if the visitor has clicked while the first request still waited', async () => {
    const timers = stopTimeouts()
    const real = new MemoryStore()
    const slow = answersLate(real)
    const { first, second, click, codes } = twoProcesses([slow.store, real])
    const failed = click(first).info.catch((err) => err)
    await slow.executed
    const again = click(second)
    expect(await again.info).toMatchObject({ reason: 'code_sent' })
    await turns()
    await timers.pass(SECOND)
    expect(await failed).toMatchObject({ code: 'store_failed' })
    slow.answer()
    await slow.cancelled
    await timers.pass(SECOND)
    expect(await second.idle()).toBe(true)
    expect(codes).toHaveLength(1)
    expect((await second.verifyCode(again.req, codes[0])).reason).toBe('accepted')
  })

  it('is not mailed to an address that allowEmail refuses', async () => {
    const { timers, second, codes } = await takenBack({ allowEmail: () => false })
    await timers.pass(2 * SECOND)
    expect(await second.idle()).toBe(true)
    expect(codes).toEqual([])
  })

  it('is not mailed by a host that was frozen until the page offered to send the code again', async () => {
    const { timers, second, codes } = await takenBack({
      resendAfterSeconds: 10,
      storeTimeoutSeconds: 1,
    })
    timers.freeze(10 * SECOND)
    await timers.pass(2 * SECOND)
    expect(await second.idle()).toBe(true)
    expect(codes).toEqual([])
  })

  it('leaves nothing behind if its mail fails too', async () => {
    const failing = Object.assign(new Error('refused'), { notSent: true })
    const { timers, second, real } = await takenBack({
      sendCode: () => {
        throw failing
      },
    })
    await timers.pass(2 * SECOND)
    expect(await second.idle()).toBe(true)
    expect(real.size.challenges).toBe(0)
  })

  it('is no failure of the second click if the store fails once more', async () => {
    const { timers, second, real, codes } = await takenBack()
    real.open = () => Promise.reject(new Error('gone'))
    await timers.pass(2 * SECOND)
    expect(await second.idle()).toBe(true)
    expect(codes).toEqual([])
  })
})

it('two clicks that both succeed mail one code, also after the second has looked again', async () => {
  const timers = stopTimeouts()
  const real = new MemoryStore()
  const { first, second, click, codes } = twoProcesses([real, real])
  await Promise.all([click(first).info, click(second).info])
  await turns()
  await timers.pass(MINUTE)
  expect(await second.idle()).toBe(true)
  expect(codes).toHaveLength(1)
})
