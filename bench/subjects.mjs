// The stores for the benches: each with its version, and with a function that returns its size in bytes.

import { mkdtempSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { createClient } from 'redis'
import { MemoryStore } from '../dist/esm/index.js'
import { PostgresStore } from '../dist/esm/stores/postgres.js'
import { RedisStore } from '../dist/esm/stores/redis.js'
import { SqliteStore } from '../dist/esm/stores/sqlite.js'
import { heapBytes } from './heap-bytes.mjs'
import { startPostgres, startRedis } from './servers.mjs'

export const openers = {
  memory: openMemory,
  SQLite: () => openSqlite('FULL'),
  'SQLite-NORMAL': () => openSqlite('NORMAL'),
  Redis: openRedis,
  PostgreSQL: openPostgres,
}

function openMemory() {
  return {
    store: new MemoryStore({ maxChallenges: 10_000_000, maxAddresses: 10_000_000 }),
    version: `in Node.js ${process.versions.node}`,
    bytes: heapBytes,
    close() {},
  }
}

async function openRedis() {
  const server = await startRedis()
  const client = await redisClient(server.port)
  const field = async (section, name) =>
    new RegExp(`^${name}:(.*?)\r?$`, 'm').exec(await client.info(section))[1]
  return {
    port: server.port,
    store: new RedisStore({ client }),
    version: await field('server', 'redis_version'),
    bytes: async () => Number(await field('memory', 'used_memory')),
    async through(port) {
      const other = await redisClient(port)
      return { store: new RedisStore({ client: other }), close: () => other.close() }
    },
    async close() {
      await client.close()
      await server.stop()
    },
  }
}

async function redisClient(port) {
  // Without it, the client's own notices would be counted as round trips.
  const client = createClient({ url: `redis://127.0.0.1:${port}`, disableClientInfo: true })
  return client.connect()
}

async function openPostgres() {
  // A checkpoint makes the next write of each block a large one: with a million challenges nearly every call would have
  // one, with a thousand nearly none. So there is none while calls are measured, as on a server between two of them.
  const quiet = ['checkpoint_timeout=1d', 'max_wal_size=16GB', 'autovacuum=off']
  const server = await startPostgres(...quiet)
  const pool = postgresPool(server.port)
  const store = new PostgresStore({ pool })
  await store.migrate()
  const value = async (sql) => Object.values((await pool.query(sql)).rows[0])[0]
  return {
    port: server.port,
    store,
    version: (await value('SHOW server_version')).split(' ')[0],
    // The size of tables and indexes on the disk.
    bytes: async () =>
      Number(
        await value(`SELECT sum(pg_total_relation_size(oid)) FROM pg_class
          WHERE relnamespace = 'passport_email_otp'::regnamespace AND relkind = 'r'`),
      ),
    /** Filling does not wait for the disk. Measuring does. */
    async fillWith(fill) {
      const quick = postgresPool(server.port, { options: '-c synchronous_commit=off', max: 16 })
      await fill(new PostgresStore({ pool: quick }))
      await quick.end()
      await pool.query('VACUUM ANALYZE')
    },
    /** Blocks of tables and indexes that calls have visited so far. */
    async blocks() {
      await pool.query('SELECT pg_stat_force_next_flush()')
      return Number(
        await value(`SELECT sum(heap_blks_hit + heap_blks_read + idx_blks_hit + idx_blks_read)
          FROM pg_statio_user_tables WHERE schemaname = 'passport_email_otp'`),
      )
    },
    async through(port) {
      const other = postgresPool(port)
      return { store: new PostgresStore({ pool: other }), close: () => other.end() }
    },
    async close() {
      await pool.end()
      await server.stop()
    },
  }
}

function postgresPool(port, options) {
  const address = { host: '127.0.0.1', port, user: 'postgres', database: 'postgres' }
  const pool = new pg.Pool({ ...address, idleTimeoutMillis: 0, ...options })
  pool.on('error', () => {}) // the server may end before it has closed the connection
  return pool
}

/** The driver of Node.js where it has one, else better-sqlite3, which "npm ci" in this folder installs. */
export function sqliteDriver() {
  const builtIn = process.getBuiltinModule('node:sqlite')
  if (builtIn) return { name: 'node:sqlite', Database: builtIn.DatabaseSync }
  return { name: 'better-sqlite3', Database: createRequire(import.meta.url)('better-sqlite3') }
}

async function openSqlite(synchronous) {
  const folder = mkdtempSync(join(tmpdir(), 'bench-sqlite-'))
  const file = join(folder, 'data.db')
  const { name, Database } = sqliteDriver()
  const database = new Database(file)
  const store = new SqliteStore({ database })
  await store.migrate()
  database.exec(`PRAGMA synchronous = ${synchronous}`)
  const value = (sql) => Object.values(database.prepare(sql).get())[0]
  return {
    store,
    version: `${value('SELECT sqlite_version()')}, ${name}, synchronous ${synchronous}`,
    // The pages that are in use.
    bytes: () =>
      (value('PRAGMA page_count') - value('PRAGMA freelist_count')) * value('PRAGMA page_size'),
    /** Filling does not wait for the disk. Measuring does. */
    async fillWith(fill) {
      const quick = new Database(file)
      quick.exec('PRAGMA synchronous = OFF')
      await fill(new SqliteStore({ database: quick }))
      quick.exec('PRAGMA wal_checkpoint(TRUNCATE)')
      quick.close()
    },
    close() {
      database.close()
      rmSync(folder, { recursive: true })
    },
  }
}
