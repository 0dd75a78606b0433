import { PostgresStore } from 'passport-email-otp/postgres'
import { expect, test } from 'vitest'
import { describeWithPostgres, usePostgres } from '../helpers/postgres-server.js'
import { verbs } from './contract/verbs.js'
import { clockedVerbs } from './postgres-store.js'

describeWithPostgres('PostgresStore', () => {
  const postgres = usePostgres({ max: 30 })

  for (const isolation of ['repeatable read', 'serializable']) {
    test(`under ${isolation}, fails some concurrent requests and miscounts none`, async () => {
      const { schema, open, failures } = await clockedVerbs(postgres.pool)
      const role = isolation.replace(' ', '_')
      await postgres.pool.query(`CREATE ROLE ${role} LOGIN SUPERUSER`)
      await postgres.pool.query(
        `ALTER ROLE ${role} SET default_transaction_isolation = '${isolation}'`,
      )
      const store = new PostgresStore({
        pool: postgres.server.pool({ user: role, max: 20 }),
        schema,
      })
      const strict = verbs({ store, advance: () => {} })
      await open('first')
      const guesses = await settle(100, () => strict.guess('first'))
      expect(guesses.wrong).toBeGreaterThan(0)
      expect(guesses.wrong).toBeLessThanOrEqual(5)
      expect(await failures()).toBe(guesses.wrong)
      await open('second')
      const signIns = await settle(50, () => strict.verify('second', { failuresBelow: 50 }))
      expect(signIns.accepted).toBe(1)
      const opened = await settle(40, (i) => strict.open(`${i}`, { address: 'bob' }))
      expect(opened.opened).toBeGreaterThan(0)
      expect(opened.opened).toBeLessThanOrEqual(5)
      for (const { failed = [] } of [guesses, signIns, opened]) {
        expect(failed.filter((code) => code !== '40001')).toEqual([]) // serialization_failure
      }
    })
  }
})

/** Makes so many concurrent calls, and counts their outcomes. `failed` holds the codes of errors. */
async function settle(times: number, call: (i: number) => Promise<{ outcome: string }>) {
  const results = await Promise.allSettled(Array.from({ length: times }, (_, i) => call(i)))
  const outcomes = (outcome: string) =>
    results.filter((each) => each.status === 'fulfilled' && each.value.outcome === outcome).length
  const failed = results.flatMap((each) => (each.status === 'rejected' ? [each.reason.code] : []))
  return {
    wrong: outcomes('wrong'),
    accepted: outcomes('accepted'),
    opened: outcomes('opened'),
    failed,
  }
}
