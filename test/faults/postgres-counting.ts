import type { PostgresStore } from 'passport-email-otp/postgres'
import { expect } from 'vitest'
import type { PostgresServer } from '../helpers/postgres-server.js'
import { outcomeOf, TEN_DIGITS, verbs } from '../stores/contract/verbs.js'
import { emptyStore, stopTheClockOf } from '../stores/postgres-store.js'

export const TABLES = ['addresses', 'challenges']

export type Counting = Awaited<ReturnType<typeof startCounting>>

/** A working store whose clock stands still, and what other stores on its tables must do while they fail. */
export async function startCounting(server: PostgresServer) {
  const pool = server.pool()
  const store = await emptyStore(pool)
  const { schema } = store
  const advance = await stopTheClockOf(pool, schema)
  const rows = async () => {
    const [addresses, challenges] = await Promise.all(
      TABLES.map((table) => pool.query(`SELECT * FROM ${schema}.${table} ORDER BY 1, 2`)),
    )
    return [addresses?.rows, challenges?.rows]
  }
  const attemptsOn = (failing: PostgresStore) => verbs({ store: failing, advance })
  const working = attemptsOn(store)

  /**
   * Enters a wrong and then the right code on `failing`, and expects that no right code is accepted where a wrong
   * one is not counted. Then enters the right code on a store that works.
   *
   * @param before the failures of the address
   */
  async function expectCountedOrRejected(before: number, failing: PostgresStore, what: string) {
    const { guess, verify } = attemptsOn(failing)
    const rules = { failuresBelow: TEN_DIGITS }
    const found = await rows()
    const guessed = await outcomeOf(guess('first', rules))
    const isCounted = guessed === 'wrong'
    if (!isCounted) expect(await rows(), what).toEqual(found)
    const counted = await rows()
    const verified = await outcomeOf(verify('first', rules))
    expect(isCounted || verified === 'rejected', `${what}: ${guessed}, ${verified}`).toBe(true)
    // The transaction of a rejected code leaves nothing behind.
    if (verified === 'rejected') expect(await rows(), what).toEqual(counted)
    return {
      isCounted,
      isAccepted: verified === 'accepted',
      expectWorking: async () => {
        const failures = before + (isCounted ? 1 : 0)
        const again = await working.verify('first', rules)
        const accepted = { outcome: 'accepted', failures }
        expect(again, what).toEqual(verified === 'accepted' ? { outcome: 'unknown' } : accepted)
      },
    }
  }

  return {
    pool,
    schema,
    ...working,
    expectCountedOrRejected,
    empty: () => pool.query(`TRUNCATE ${schema}.addresses, ${schema}.challenges`),
  }
}
