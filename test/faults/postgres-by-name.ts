import { PostgresStore } from 'passport-email-otp/postgres'
import type pg from 'pg'
import { expect, onTestFinished } from 'vitest'
import { type PostgresServer, startPostgres, until } from '../helpers/postgres-server.js'
import { startProxy } from '../helpers/tcp-proxy.js'
import { createWorld } from '../helpers/world.js'

const CONNECTIONS = 3

/** Opens connections of the pool, which it keeps. */
export async function fill(pool: pg.Pool): Promise<void> {
  const clients = await Promise.all(Array.from({ length: CONNECTIONS }, () => pool.connect()))
  for (const client of clients) client.release()
  expect(pool.idleCount).toBe(CONNECTIONS)
}

export async function replicated(primary: pg.Pool): Promise<void> {
  const behind =
    'SELECT count(*) > 0 AS yes FROM pg_stat_replication WHERE pg_current_wal_lsn() > replay_lsn'
  await until(async () => (await primary.query(behind)).rows[0]?.yes === false)
}

/**
 * An application whose PostgreSQL has a name that can move, and a user who was sent a code.
 *
 * @param running a server that several tests share, and that stays; default: one that ends with the test
 */
export async function startByName(running?: PostgresServer) {
  const server = running ?? (await startPostgres())
  if (running === undefined) onTestFinished(() => server.stop())
  const direct = server.pool()
  await new PostgresStore({ pool: direct }).migrate()
  await direct.query('TRUNCATE passport_email_otp.addresses, passport_email_otp.challenges')
  const proxy = await startProxy(server.port)
  // The limits of the README's program.
  const pool = server.pool({ port: proxy.port, query_timeout: 2500, idleTimeoutMillis: 0 })
  const world = await createWorld({ store: new PostgresStore({ pool }) })
  const visitor = world.client()
  const code = await world.codeFor(visitor)
  return {
    ...world,
    server,
    direct,
    pool,
    visitor,
    code,
    moveTo: (to: PostgresServer) => proxy.moveTo(to.port),
  }
}

/** The failures of the only address, and 0 if there is none. */
export async function failuresIn(pool: pg.Pool, schema: string): Promise<number> {
  const { rows } = await pool.query(`SELECT failures FROM ${schema}.addresses`)
  return Number(rows[0]?.failures ?? 0)
}
