import { describe, expect, test } from 'vitest'
import { describeWithRedis } from '../helpers/redis-server.js'
import { DAY, HOUR, KNOWN_BROWSER, MINUTE, outcomeOf, verbs } from '../stores/contract/verbs.js'
import { clockedStore, connectIoRedis, useRedis } from '../stores/redis-clients.js'
import { allFaults, clientWithFaults } from './redis-failing-writes.js'

type Verbs = ReturnType<typeof verbs>

/** How a challenge may be stored when a code is entered. Each returns the failures of the address. */
const STATES: [string, (store: Verbs) => Promise<number>][] = [
  [
    'a new challenge',
    async ({ open }) => {
      await open('first')
      return 0
    },
  ],
  [
    'a challenge whose send is not refunded',
    async ({ open }) => {
      await open('first', { budget: KNOWN_BROWSER })
      return 0
    },
  ],
  [
    'a challenge that was guessed at and mailed again',
    async ({ open, guess, resend }) => {
      await open('first', { spacingMs: 0 })
      await guess('first')
      await resend('first', 'new', { spacingMs: 0 })
      return 1
    },
  ],
  [
    'a challenge whose send has refilled, next to expired rows',
    async ({ open, guess, advance }) => {
      await open('first', { ttlMs: DAY })
      await open('expired')
      await open('expired too', { budget: KNOWN_BROWSER })
      await guess('first')
      await advance(3 * HOUR)
      return 1
    },
  ],
  [
    'a challenge after the window of failures',
    async ({ open, guess, advance }) => {
      await open('first', { ttlMs: DAY })
      await guess('first', { failuresWindowMs: MINUTE })
      await advance(MINUTE)
      return 0
    },
  ],
]

describeWithRedis('RedisStore whose writes fail', () => {
  const redis = useRedis(connectIoRedis)

  describe.each(STATES)(
    'accepts no right code where a wrong one is not counted, for %s',
    (_, prepare) => {
      test('when any of the writing commands fail', async () => {
        const { client: faulty, setFault } = clientWithFaults(redis.client)
        const newWorld = async () => verbs(await clockedStore(faulty, redis.server))
        const seen = { uncounted: 0, accepted: 0 }
        for (const fault of allFaults(7)) {
          const [wrong, right] = [await newWorld(), await newWorld()]
          const before = await prepare(wrong)
          await prepare(right)
          setFault(fault)
          const guessed = await outcomeOf(wrong.guess('first'))
          const verified = await outcomeOf(right.verify('first'))
          setFault()
          const isCounted = (await wrong.failures()) > before
          if (!isCounted) seen.uncounted += 1
          if (verified === 'accepted') seen.accepted += 1
          const what = `${JSON.stringify(fault)}: ${guessed}, ${verified}`
          expect(isCounted || verified === 'rejected', what).toBe(true)
          // An answer tells the truth: a wrong guess is only answered if it was counted.
          expect(guessed === 'rejected' || (guessed === 'wrong' && isCounted), what).toBe(true)
          // The code signs in once in all, and no failure is lost.
          const again = await outcomeOf(right.verify('first'))
          expect(verified === 'accepted' && again !== 'unknown', what).toBe(false)
          expect(await right.failures(), what).toBeGreaterThanOrEqual(before)
        }
        expect(seen.uncounted).toBeGreaterThan(0)
        expect(seen.accepted).toBeGreaterThan(0)
      })
    },
  )
})
