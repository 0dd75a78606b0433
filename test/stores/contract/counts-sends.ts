import { expect, test } from 'vitest'
import { DAY, DEVICE, HOUR, type MakeStore, MINUTE, SECOND, STRANGER, verbs } from './verbs.js'

export function countsSends(makeStore: MakeStore): void {
  test('five mails go out at once, the sixth exactly 90 minutes after the first', async () => {
    const { open, advance } = verbs(await makeStore())
    for (let i = 0; i < 5; i += 1) expect(await open(`${i}`)).toMatchObject({ outcome: 'opened' })
    expect(await open('sixth')).toEqual({ outcome: 'limited', retryAfterMs: 90 * MINUTE })
    await advance(90 * MINUTE - 1)
    expect(await open('sixth')).toEqual({ outcome: 'limited', retryAfterMs: 1 })
    await advance(1)
    expect(await open('sixth')).toEqual({ outcome: 'opened', failures: 0 })
    expect(await open('seventh')).toEqual({ outcome: 'limited', retryAfterMs: 90 * MINUTE })
  })

  test('whoever asks without pause gets five in any hour and twenty in any day at most', async () => {
    const { open, advance } = verbs(await makeStore())
    const sentAt: number[] = []
    const pause = 10 * MINUTE
    for (let now = 0; now < 3 * DAY; now += pause) {
      while ((await open(`${now} ${sentAt.length}`)).outcome === 'opened') sentAt.push(now)
      await advance(pause)
    }
    const mostIn = (span: number) =>
      Math.max(...sentAt.map((t) => sentAt.filter((u) => u >= t && u < t + span).length))
    expect(mostIn(HOUR)).toBe(5)
    expect(mostIn(DAY)).toBe(20)
  })

  test('asking while limited does not prolong the limit', async () => {
    const { open, advance } = verbs(await makeStore())
    for (let i = 0; i < 5; i += 1) await open(`${i}`)
    for (let i = 0; i < 9; i += 1) {
      await open(`refused ${i}`)
      await advance(10 * MINUTE)
    }
    expect(await open('sixth')).toMatchObject({ outcome: 'opened' })
  })

  test('a budget left alone fills up to its burst and no further', async () => {
    const { open, advance } = verbs(await makeStore())
    await open('first')
    await advance(3 * DAY)
    for (let i = 0; i < 5; i += 1) expect(await open(`${i}`)).toMatchObject({ outcome: 'opened' })
    expect(await open('sixth')).toEqual({ outcome: 'limited', retryAfterMs: 90 * MINUTE })
  })

  test('reopening counts a send, and without one left the pending challenge lives on', async () => {
    const { open, again, guess, answer, advance } = verbs(await makeStore())
    await open('first', { ttlMs: HOUR })
    for (let i = 0; i < 4; i += 1) {
      await advance(30 * SECOND)
      expect(await again('first', 'new')).toEqual({ outcome: 'reopened' })
    }
    await guess('first')
    await advance(30 * SECOND)
    const refused = { outcome: 'limited', retryAfterMs: 90 * MINUTE - 150 * SECOND }
    expect(await again('first', 'new')).toEqual(refused)
    expect(await again('first', 'new')).toEqual(refused)
    expect(await guess('new')).toEqual({ outcome: 'unknown' })
    expect(await guess('first')).toMatchObject({ outcome: 'wrong', attemptsLeft: 3 })
    expect(await answer('first')).toEqual({ outcome: 'accepted' })
  })

  test('waiting comes before the limit', async () => {
    const { open, again } = verbs(await makeStore())
    for (let i = 0; i < 5; i += 1) await open(`${i}`)
    expect(await again('4', 'new')).toEqual({ outcome: 'waiting', retryAfterMs: 30 * SECOND })
  })

  test('a spent challenge stays where the limit refuses to replace it', async () => {
    const { open, again, guess } = verbs(await makeStore())
    for (let i = 0; i < 5; i += 1) await open(`${i}`, { attempts: 1 })
    await guess('0')
    expect(await again('0', 'new')).toEqual({ outcome: 'limited', retryAfterMs: 90 * MINUTE })
    expect(await guess('0')).toEqual({ outcome: 'spent' })
  })

  test('each budget of an address has sends of its own', async () => {
    const { open, fullAgainIn } = verbs(await makeStore())
    const captcha = { ...STRANGER, key: 'email-otp/captcha' }
    for (let i = 0; i < 5; i += 1) await open(`stranger ${i}`)
    for (let i = 0; i < 3; i += 1) await open(`device ${i}`, { budget: DEVICE })
    await open('captcha', { budget: captcha })
    expect(await open('stranger')).toMatchObject({ outcome: 'limited' })
    expect(await fullAgainIn()).toBe(5 * 90 * MINUTE)
    expect(await fullAgainIn({ budget: DEVICE })).toBe(3 * 90 * MINUTE)
    expect(await fullAgainIn({ budget: captcha })).toBe(90 * MINUTE)
  })

  test('each address has sends of its own', async () => {
    const { open } = verbs(await makeStore())
    for (let i = 0; i < 5; i += 1) await open(`${i}`)
    expect(await open('his', { address: 'bob' })).toMatchObject({ outcome: 'opened' })
  })
}
