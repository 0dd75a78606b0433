import { expect, it } from 'vitest'
import { eachStore } from '../attacks/each-store.js'
import { until } from '../helpers/until.js'
import { answersLate, twoProcesses } from './late-store.js'

eachStore(({ newStore }) => {
  it('mails the code of a second click though the late answer to the first one cancels it', async () => {
    const real = await newStore()
    const slow = answersLate(real)
    const { first, second, click, codes } = twoProcesses([slow.store, real])
    const failed = click(first).info.catch((err) => err)
    await slow.executed
    const clicks = Array.from({ length: 5 }, () => click(second))
    const answers = await Promise.all(clicks.map(({ info }) => info))
    expect(answers.map(({ reason }) => reason)).toEqual(Array(5).fill('code_sent'))
    expect(await failed).toMatchObject({ code: 'store_failed' })
    slow.answer()
    await until(() => codes.length > 0)
    expect(await second.idle()).toBe(true)
    expect(codes).toHaveLength(1)
    const { req } = clicks[4] as ReturnType<typeof click>
    expect((await second.verifyCode(req, codes[0])).reason).toBe('accepted')
  })
})
