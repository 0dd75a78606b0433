import { expect, test } from 'vitest'
import { type MakeStore, SECOND, STRANGER, verbs } from './verbs.js'

const outcomes = async (calls: Promise<{ outcome: string }>[]) => {
  const counts: Record<string, number> = {}
  for (const { outcome } of await Promise.all(calls)) counts[outcome] = (counts[outcome] ?? 0) + 1
  return counts
}
const times = <T>(count: number, call: (i: number) => T): T[] =>
  Array.from({ length: count }, (_, i) => call(i))

export function standsRaces(makeStore: MakeStore): void {
  test('of 200 wrong guesses at once exactly five are evaluated', async () => {
    const { open, guess, answer, failures } = verbs(await makeStore())
    await open('first')
    expect(await outcomes(times(200, () => guess('first')))).toEqual({ wrong: 5, spent: 195 })
    expect(await answer('first')).toEqual({ outcome: 'spent' })
    expect(await failures()).toBe(5)
  })

  test('of 50 right codes at once one is accepted', async () => {
    const { open, answer } = verbs(await makeStore())
    await open('first')
    const seen = await outcomes(times(50, () => answer('first')))
    expect(seen).toEqual({ accepted: 1, unknown: 49 })
  })

  test('four wrong guesses and the right code at once sign in once', async () => {
    const { open, guess, answer, failures } = verbs(await makeStore())
    await open('first')
    const calls = times(5, (i) => (i === 2 ? answer('first') : guess('first')))
    const { accepted, wrong = 0, unknown = 0 } = await outcomes(calls)
    expect(accepted).toBe(1)
    expect(wrong + unknown).toBe(4)
    expect(await failures()).toBe(0)
  })

  test('of 50 requests to send again one mail goes out', async () => {
    const { open, again, advance } = verbs(await makeStore())
    await open('first')
    await advance(30 * SECOND)
    const seen = await outcomes(times(50, (i) => again('first', `new ${i}`)))
    expect(seen).toEqual({ reopened: 1, waiting: 49 })
  })

  test('of 20 first requests at once five go out', async () => {
    const { open } = verbs(await makeStore())
    expect(await outcomes(times(20, (i) => open(`${i}`)))).toEqual({ opened: 5, limited: 15 })
  })

  test('a stale code is replaced free once, however many ask at once', async () => {
    const { open, again, fail, fullAgainIn } = verbs(await makeStore())
    for (let i = 0; i < 4; i += 1) await open(`${i}`)
    await fail(5)
    const seen = await outcomes(times(20, (i) => again('0', `new ${i}`)))
    expect(seen).toEqual({ opened: 2, limited: 18 }) // the free one, and the one send that was left
    expect(await fullAgainIn()).toBe(5 * STRANGER.refillMs)
  })

  test('a right code and a request to send again leave at most one code to enter', async () => {
    const { open, again, answer, advance } = verbs(await makeStore())
    await open('first')
    await advance(30 * SECOND)
    const [entered] = await Promise.all([answer('first'), again('first', 'second')])
    expect(entered).toEqual({ outcome: 'accepted' })
    expect(await answer('first')).toEqual({ outcome: 'unknown' })
  })
}
