import { PostgresStore } from 'passport-email-otp/postgres'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import {
  describeWithPostgres,
  type PostgresServer,
  startPostgres,
} from '../helpers/postgres-server.js'
import { DAY, KNOWN_BROWSER, MINUTE } from '../stores/contract/verbs.js'
import { type Counting, startCounting, TABLES } from './postgres-counting.js'

const CHANGES = ['addresses UPDATE', 'challenges UPDATE', 'challenges DELETE']

/** How a challenge may be stored when a code is entered. Each returns the failures of the address. */
const STATES: [string, (store: Counting) => Promise<number>][] = [
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

describeWithPostgres(
  'PostgresStore whose row changes fail accepts no right code where a wrong one is not counted',
  () => {
    let server: PostgresServer
    let counting: Counting
    beforeAll(async () => {
      server = await startPostgres()
      counting = await startCounting(server)
    })
    beforeEach(() => counting.empty())
    afterAll(() => server?.stop())

    test.each(STATES)('when any of the row changes fail, for %s', async (_, prepare) => {
      const { pool, schema, empty } = counting
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
            const before = await prepare(counting)
            const faulty = new PostgresStore({ pool: failing(kinds, first), schema })
            const what = `${kinds}, from the ${first}. on`
            const found = await counting.expectCountedOrRejected(before, faulty, what)
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
    })
  },
)
