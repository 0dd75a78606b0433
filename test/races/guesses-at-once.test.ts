import { expect, it, vi } from 'vitest'
import { createWorld, wrongCode } from '../helpers/app.js'
import { browsersOf } from '../helpers/consumer.js'

/** A browser that has requested a code, and a verify function that counts its calls. */
async function worldWithPendingCode() {
  const verify = vi.fn(async (email: string) => ({ email }))
  const world = await createWorld({ verify })
  const newBrowser = await browsersOf(world.app)
  const agent = newBrowser()
  await agent.post('/login').send({ email: 'ada@example.com' })
  const { code } = await world.smtp.next()
  const enter = (code: string) => agent.post('/login').send({ code })
  const home = async () => (await agent.get('/')).body
  return { ...world, agent, verify, code, enter, home }
}

/** Returns how often each value occurs. */
function countEach(values: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1
  return counts
}

it('RAC-02: evaluates exactly five of 200 concurrent wrong codes, and then rejects the right one', async () => {
  const { verify, code, enter, home } = await worldWithPendingCode()
  const answers = await Promise.all(
    Array.from({ length: 200 }, (_, n) => enter(wrongCode(code, n + 1))),
  )
  expect(countEach(answers.map(({ status, body }) => `${status} ${body.reason}`))).toEqual({
    '401 invalid_code': 5,
    '429 too_many_attempts': 195,
  })
  const left = answers.flatMap(({ body }) => body.attemptsLeft ?? [])
  expect(left.sort()).toEqual([0, 1, 2, 3, 4])

  const right = await enter(code)
  expect([right.status, right.body.reason]).toEqual([429, 'too_many_attempts'])
  expect(verify).not.toHaveBeenCalled()
  expect(await home()).not.toHaveProperty('user')
})

it('signs in once for 50 concurrent right codes', async () => {
  const { verify, code, enter, home, events } = await worldWithPendingCode()
  const answers = await Promise.all(Array.from({ length: 50 }, () => enter(code)))
  expect(countEach(answers.map(({ status, body }) => `${status} ${body.reason}`))).toEqual({
    '200 undefined': 1,
    '403 no_pending_code': 49,
  })
  expect(verify).toHaveBeenCalledTimes(1)
  expect(events.filter(({ type }) => type === 'verified')).toHaveLength(1)
  // The login stays, regardless of which answer came last.
  expect((await home()).user).toEqual({ email: 'ada@example.com' })
})

it.each([0, 1, 2, 3, 4])(
  'RAC-03: logs in once for the right code among four concurrent wrong ones, at position %i',
  async (place) => {
    const { verify, code, enter, home } = await worldWithPendingCode()
    const codes = [1, 2, 3, 4].map((n) => wrongCode(code, n))
    codes.splice(place, 0, code)
    const answers = await Promise.all(codes.map((one) => enter(one)))
    const counts = countEach(answers.map(({ body }) => body.reason ?? 'signed in'))
    expect(counts['signed in']).toBe(1)
    expect((counts.invalid_code ?? 0) + (counts.no_pending_code ?? 0)).toBe(4)
    expect(verify).toHaveBeenCalledTimes(1)
    expect((await home()).user).toEqual({ email: 'ada@example.com' })
  },
)

it('evaluates at most five codes when five wrong ones and the right one arrive at once', async () => {
  const { code, enter } = await worldWithPendingCode()
  const codes = [...[1, 2, 3, 4, 5].map((n) => wrongCode(code, n)), code]
  const answers = await Promise.all(codes.map((one) => enter(one)))
  const counts = countEach(answers.map(({ body }) => body.reason ?? 'signed in'))
  expect((counts.invalid_code ?? 0) + (counts['signed in'] ?? 0)).toBeLessThanOrEqual(5)
})
