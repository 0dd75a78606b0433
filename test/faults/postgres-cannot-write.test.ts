import { PostgresStore } from 'passport-email-otp/postgres'
import type pg from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import {
  describeWithPostgres,
  type PostgresServer,
  startPostgres,
} from '../helpers/postgres-server.js'
import { DAY, KNOWN_BROWSER, MINUTE, TEN_DIGITS, verbs } from '../stores/contract/verbs.js'
import { emptyStore, stopTheClockOf } from '../stores/postgres-store.js'

type Verbs = ReturnType<typeof verbs>

const TABLES = ['addresses', 'challenges']
const CHANGES = ['addresses UPDATE', 'challenges UPDATE', 'challenges DELETE']

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
    async ({ open, guess }) => {
      await open('first', { budget: KNOWN_BROWSER })
      await guess('first')
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

const outcomeOf = (call: Promise<{ outcome: string }>) =>
  call.then(
    ({ outcome }) => outcome,
    () => 'rejected',
  )

describeWithPostgres('PostgresStore on a PostgreSQL that cannot write', () => {
  let server: PostgresServer
  let pool: pg.Pool
  let schema: string
  let store: PostgresStore
  let advance: (ms: number) => Promise<void>
  beforeAll(async () => {
    server = await startPostgres()
    pool = server.pool()
    const made = await emptyStore(pool)
    store = made
    schema = made.schema
    advance = await stopTheClockOf(pool, schema)
  })
  beforeEach(() => empty())
  afterAll(() => server?.stop())

  const empty = () => pool.query(`TRUNCATE ${schema}.addresses, ${schema}.challenges`)
  const rows = async () => {
    const [addresses, challenges] = await Promise.all(
      TABLES.map((table) => pool.query(`SELECT * FROM ${schema}.${table} ORDER BY 1, 2`)),
    )
    return [addresses?.rows, challenges?.rows]
  }
  const attemptsOn = (failing: PostgresStore) => verbs({ store: failing, advance })

  /**
   * Enters a wrong and then the right code on `failing`, and expects that no right code is accepted where a wrong
   * one is not counted. Then enters the right code on a store that works.
   *
   * @param before the failures of the address
   */
  async function expectCountedOrRejected(before: number, failing: PostgresStore, what: string) {
    const { guess, verify } = attemptsOn(failing)
    const working = attemptsOn(store)
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

  describe('accepts no right code where a wrong one is not counted', () => {
    test.each(STATES)(
      'whichever row changes fail, from whichever on, for %s',
      async (_, prepare) => {
        // A sequence counts the changes, because it is not rolled back.
        await pool.query(`
        CREATE SEQUENCE begun;
        CREATE TABLE fault (kinds text[], first int);
        CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql SET jit = off AS $$
          BEGIN
            IF (SELECT TG_TABLE_NAME || ' ' || TG_OP = ANY (kinds) FROM public.fault)
              AND nextval('public.begun') >= (SELECT first FROM public.fault)
            THEN
              RAISE EXCEPTION USING ERRCODE = 'disk_full';
            END IF;
            RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
          END $$`)
        for (const table of TABLES) {
          await pool.query(`CREATE TRIGGER fail BEFORE INSERT OR UPDATE OR DELETE
          ON ${schema}.${table} FOR EACH ROW EXECUTE FUNCTION fail()`)
        }
        const setFault = async (kinds: string[], first: number) => {
          await pool.query('DELETE FROM fault')
          await pool.query('INSERT INTO fault VALUES ($1, $2)', [kinds, first])
          await pool.query(`SELECT setval('begun', 1, false)`)
        }
        // Each attempt counts from the beginning.
        const failing = (kinds: string[], first: number) => ({
          query: async (text: string, values?: unknown[]) => {
            await setFault(kinds, first)
            try {
              return await pool.query(text, values)
            } finally {
              await pool.query('DELETE FROM fault')
            }
          },
        })
        const seen = { uncounted: 0, accepted: 0, rejected: 0 }
        try {
          for (let set = 1; set < 2 ** CHANGES.length; set += 1) {
            const kinds = CHANGES.filter((_, bit) => (set >> bit) & 1)
            for (let first = 1; first <= 5; first += 1) {
              await empty()
              const before = await prepare(attemptsOn(store))
              const faulty = new PostgresStore({ pool: failing(kinds, first), schema })
              const what = `${kinds}, from the ${first}. on`
              const found = await expectCountedOrRejected(before, faulty, what)
              await found.expectWorking()
              if (!found.isCounted) seen.uncounted += 1
              seen[found.isAccepted ? 'accepted' : 'rejected'] += 1
            }
          }
        } finally {
          await pool.query('DROP FUNCTION fail CASCADE; DROP TABLE fault; DROP SEQUENCE begun')
        }
        // All sets with an UPDATE of both tables at the first change, and more.
        expect(seen.uncounted).toBeGreaterThan(5)
        expect(seen.accepted).toBeGreaterThan(5)
        expect(seen.rejected).toBeGreaterThan(seen.uncounted)
      },
    )

    const PRIVILEGES = ['SELECT', 'INSERT', 'UPDATE', 'DELETE']
    test.each(
      TABLES.flatMap((table) => PRIVILEGES.map((privilege) => [privilege, table] as const)),
    )('when the role has lost %s on %s', async (privilege, table) => {
      const role = `no_${privilege}_${table}`.toLowerCase()
      await pool.query(`
          CREATE ROLE ${role} LOGIN;
          GRANT USAGE ON SCHEMA ${schema} TO ${role};
          GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ${schema} TO ${role};
          GRANT SELECT, UPDATE ON ALL SEQUENCES IN SCHEMA ${schema} TO ${role};
          REVOKE ${privilege} ON ${schema}.${table} FROM ${role}`)
      await attemptsOn(store).open('first', { budget: KNOWN_BROWSER })
      const limited = new PostgresStore({ pool: server.pool({ user: role }), schema })
      const found = await expectCountedOrRejected(0, limited, role)
      expect(found.isCounted).toBe(['INSERT', 'DELETE'].includes(privilege))
      await found.expectWorking()
      expect(await limited.check()).toEqual([
        `The role "${role}" lacks a privilege on ${schema}.${table} (${privilege}): grant it.`,
      ])
    })

    test('when transactions are read-only by default', async () => {
      const options = '-c default_transaction_read_only=on'
      const readOnly = new PostgresStore({ pool: server.pool({ options }), schema })
      await attemptsOn(store).open('first', { budget: KNOWN_BROWSER })
      const found = await expectCountedOrRejected(0, readOnly, 'read-only')
      expect(found.isCounted).toBe(false)
      await found.expectWorking()
    })

    test.each([
      ['statement_timeout', 'addresses'],
      ['lock_timeout', 'addresses'],
      ['statement_timeout', 'challenges'],
      ['lock_timeout', 'challenges'],
    ])('when %s ends the wait for a lock on %s', async (setting, table) => {
      const hasty = new PostgresStore({
        pool: server.pool({ options: `-c ${setting}=100` }),
        schema,
      })
      await attemptsOn(store).open('first', { budget: KNOWN_BROWSER })
      const other = await pool.connect()
      await other.query('BEGIN')
      await other.query(`SELECT FROM ${schema}.${table} FOR UPDATE`)
      const found = await expectCountedOrRejected(0, hasty, setting).finally(async () => {
        await other.query('COMMIT')
        other.release()
      })
      expect(found.isCounted).toBe(false)
      await found.expectWorking()
    })
  })
})
