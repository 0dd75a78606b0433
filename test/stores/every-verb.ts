import type { ChallengeStore } from 'passport-email-otp'
import { expect } from 'vitest'
import { TEN_DIGITS, verbs } from './contract/verbs.js'

/** Makes calls whose answers have every form that a server returns, and races right codes. */
export async function expectEveryVerb(store: ChallengeStore): Promise<void> {
  const { open, resend, guess, verify, cancel } = verbs({ store, advance: () => {} })
  expect(await open('first')).toEqual({ outcome: 'opened', failures: 0 })
  expect(await resend('first', 'new')).toMatchObject({ outcome: 'waiting' })
  expect(await resend('first', 'new', { spacingMs: 0 })).toEqual({ outcome: 'reopened' })
  for (let left = 4; left >= 0; left -= 1) {
    expect(await guess('first', { failuresBelow: TEN_DIGITS })).toEqual({
      outcome: 'wrong',
      attemptsLeft: left,
      failures: 5 - left,
    })
  }
  expect(await verify('first', { failuresBelow: TEN_DIGITS })).toEqual({ outcome: 'spent' })
  expect(await verify('other')).toEqual({ outcome: 'unknown' })
  await open('second')
  expect(await verify('second')).toEqual({ outcome: 'stale' })
  await cancel('second')
  await open('third')
  const results = await Promise.all(
    Array.from({ length: 20 }, () => verify('third', { failuresBelow: TEN_DIGITS })),
  )
  expect(results.filter(({ outcome }) => outcome === 'accepted')).toHaveLength(1)
  expect(results.filter(({ outcome }) => outcome === 'unknown')).toHaveLength(19)
  await open('fourth')
  await open('fifth')
  await open('sixth')
  expect(await open('seventh')).toMatchObject({ outcome: 'limited' })
  await store.forget?.({ address: 'alice' })
  expect(await open('first')).toEqual({ outcome: 'opened', failures: 0 })
  expect(await store.check?.()).toEqual([])
}
