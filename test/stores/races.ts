import type { AttemptRequest, ChallengeStore, OpenRequest } from 'passport-email-otp'
import { expect, test } from 'vitest'
import { DAY, STRANGER, verbs } from './contract/verbs.js'

/** Makes all requests at once. Returns how often each outcome came. */
export interface AtOnce {
  (verb: 'attempt', requests: AttemptRequest[]): Promise<Record<string, number>>
  (verb: 'open', requests: OpenRequest[]): Promise<Record<string, number>>
}

/** An empty store, and calls over several connections to it. */
export interface RacedStore {
  readonly store: ChallengeStore
  readonly atOnce: AtOnce
}

export function countOf(outcomes: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const outcome of outcomes) counts[outcome] = (counts[outcome] ?? 0) + 1
  return counts
}

/** Shares the requests among stores that keep the same data. */
export function atOnceOn(stores: readonly ChallengeStore[]): AtOnce {
  return async (verb: 'attempt' | 'open', requests: readonly object[]) => {
    const calls = requests.map((request, i) => stores[i % stores.length]?.[verb](request as never))
    return countOf((await Promise.all(calls)).map((result) => `${result?.outcome}`))
  }
}

const times = <T>(count: number, make: (i: number) => T): T[] =>
  Array.from({ length: count }, (_, i) => make(i))

const guess = (challenge: string, matched: boolean) => ({
  ...{ address: 'alice', challenge, matched, budget: STRANGER },
  ...{ failuresBelow: 50, failuresWindowMs: 30 * DAY },
})
const request = (challenge: string, pending?: { challenge: string; failuresBelow: number }) => ({
  ...{ address: 'alice', challenge, pending, ttlMs: 600_000, keepMs: 120_000 },
  ...{ attempts: 5, spacingMs: 30_000, budget: STRANGER },
})

/** Declares tests of concurrent requests. `over` says over which connections they come. */
export function countsConcurrentRequests(over: string, raced: () => Promise<RacedStore>): void {
  const setUp = async () => {
    const { store, atOnce } = await raced()
    return { ...verbs({ store, advance: () => {} }), atOnce }
  }

  test(`evaluates exactly five of 200 concurrent wrong guesses ${over}`, async () => {
    const { open, verify, failures, atOnce } = await setUp()
    await open('first')
    const guesses = times(200, () => guess('first', false))
    expect(await atOnce('attempt', guesses)).toEqual({ wrong: 5, spent: 195 })
    expect(await verify('first')).toEqual({ outcome: 'spent' })
    expect(await failures()).toBe(5)
  })

  test(`accepts one of 60 concurrent right codes ${over}`, async () => {
    const { open, atOnce } = await setUp()
    await open('first')
    const guesses = times(60, () => guess('first', true))
    expect(await atOnce('attempt', guesses)).toEqual({ accepted: 1, unknown: 59 })
  })

  test(`accepts the right code once among concurrent wrong guesses ${over}`, async () => {
    const { open, failures, atOnce } = await setUp()
    await open('first')
    const guesses = times(5, (i) => guess('first', i === 2))
    const { accepted, wrong = 0, unknown = 0, ...others } = await atOnce('attempt', guesses)
    expect({ accepted, others }).toEqual({ accepted: 1, others: {} })
    expect(wrong + unknown).toBe(4)
    expect(await failures()).toBe(wrong)
  })

  test(`allows five of 20 concurrent first requests ${over}`, async () => {
    const { atOnce } = await setUp()
    const requests = times(20, (i) => request(`${i}`))
    expect(await atOnce('open', requests)).toEqual({ opened: 5, limited: 15 })
  })

  test(`reopens once for 60 concurrent requests ${over} to send a code again`, async () => {
    const { open, resend, cancel, atOnce } = await setUp()
    await open('first')
    await resend('first', 'new', { spacingMs: 0 })
    await cancel('first') // clears the spacing
    const pending = { challenge: 'first', failuresBelow: 5 }
    const requests = times(60, (i) => request(`${i}`, pending))
    expect(await atOnce('open', requests)).toEqual({ reopened: 1, waiting: 59 })
  })

  test(`replaces a stale code free of charge once for 60 concurrent requests ${over}`, async () => {
    const { open, addFailures, atOnce } = await setUp()
    for (let i = 0; i < 5; i += 1) await open(`${i}`)
    await addFailures(5)
    const pending = { challenge: '0', failuresBelow: 5 }
    const requests = times(60, (i) => request(`new ${i}`, pending))
    expect(await atOnce('open', requests)).toEqual({ opened: 1, limited: 59 })
  })
}
