import type { ChallengeStore } from 'passport-email-otp'
import { MemoryStore } from 'passport-email-otp'
import { afterAll, beforeAll, describe } from 'vitest'
import { stopClock } from '../helpers/clock.js'
import {
  describeWithPostgres,
  type PostgresServer,
  startPostgres,
} from '../helpers/postgres-server.js'
import { describeWithRedis, type RedisServer, startRedis } from '../helpers/redis-server.js'
import * as postgresStores from '../stores/postgres-store.js'
import * as redisStores from '../stores/redis-clients.js'

/** Moves the clock of the store and the application's together, as time does. */
export interface SharedClock {
  pass(ms: number): Promise<void>
  /** Goes on to an instant of the application's clock. */
  at(instant: number): Promise<void>
  /** Sets the application's clock alone, as an operator does. */
  skew(ms: number): void
}

export interface StoreKind {
  readonly name: 'memory' | 'Redis' | 'PostgreSQL'
  /** An empty store on its own clock, which runs. */
  newStore(): Promise<ChallengeStore>
  /** The same, with a count of what it keeps: addresses and challenges, in whatever form. */
  counted(): Promise<{ readonly store: ChallengeStore; rows(): Promise<number> }>
  /**
   * An empty store whose clock stands still until the test moves it, and the application's with it. The two
   * tell different times all along, as clocks of different machines do.
   */
  clocked(): Promise<{ readonly store: ChallengeStore; readonly clock: SharedClock }>
}

/**
 * Declares tests once for each store. Those of Redis and PostgreSQL run on a server of their own, one for
 * the whole file; where its Debian package is missing they are skipped, under `CI` they fail.
 */
export function eachStore(tests: (kind: StoreKind) => void): void {
  describe('in memory', () => {
    tests({
      name: 'memory',
      newStore: async () => new MemoryStore(),
      counted: async () => {
        const store = new MemoryStore()
        return { store, rows: async () => store.size.addresses + store.size.challenges }
      },
      clocked: async () => ({ store: new MemoryStore(), clock: sharedClock(() => {}) }),
    })
  })
  describeWithRedis('on Redis', () => tests(redisKind()))
  describeWithPostgres('on PostgreSQL', () => tests(postgresKind()))
}

function redisKind(): StoreKind {
  let server: RedisServer
  let connected: redisStores.Connected
  beforeAll(async () => {
    server = await startRedis()
    connected = await redisStores.connectNodeRedis(server)
  })
  afterAll(async () => {
    connected?.close()
    await server?.stop()
  })
  return {
    name: 'Redis',
    newStore: async () => redisStores.emptyStore(connected.client),
    counted: async () => {
      await server.cli('FLUSHALL')
      const rows = async () => Number(await server.cli('DBSIZE'))
      return { store: redisStores.emptyStore(connected.client), rows }
    },
    clocked: async () => {
      const { store, advance } = await redisStores.clockedStore(connected.client, server)
      return { store, clock: sharedClock(advance) }
    },
  }
}

function postgresKind(): StoreKind {
  let server: PostgresServer
  let pool: ReturnType<PostgresServer['pool']>
  let next: Awaited<ReturnType<typeof postgresStores.clockedStores>>
  beforeAll(async () => {
    server = await startPostgres()
    pool = server.pool()
    next = await postgresStores.clockedStores(pool)
  })
  afterAll(() => server?.stop())
  return {
    name: 'PostgreSQL',
    newStore: () => postgresStores.emptyStore(pool),
    counted: async () => {
      const store = await postgresStores.emptyStore(pool)
      const count = (table: string) => `(SELECT count(*) FROM ${store.schema}.${table})`
      const sum = `SELECT ${count('addresses')} + ${count('challenges')} AS sum`
      return { store, rows: async () => Number((await pool.query(sum)).rows[0].sum) }
    },
    clocked: async () => {
      const { store, advance } = await next()
      return { store, clock: sharedClock(advance) }
    },
  }
}

function sharedClock(advance: (ms: number) => void | Promise<void>): SharedClock {
  const own = stopClock()
  const pass = async (ms: number) => {
    own.pass(ms)
    await advance(ms)
  }
  return { pass, at: (instant) => pass(instant - Date.now()), skew: own.pass }
}
