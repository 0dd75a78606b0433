import { own } from '../../util/own.js'
import { watchSilence } from '../silence.js'

/** The only method of a `pg.Pool` that the store calls. PGlite has it too. */
export interface PostgresPool {
  query(text: string, values?: unknown[]): Promise<{ readonly rows: readonly unknown[] }>
}

/** Sends a query and returns its only row. */
export type Query = (text: string, values: unknown[]) => Promise<Record<string, unknown>>

/** SQLSTATE `read_only_sql_transaction`: the statement was refused, and nothing was written. */
const READ_ONLY = '25006'

/**
 * Sends a query, and sends it again on another connection if this one is read-only. After a failover a pool can
 * hold connections to a standby, made while the host's name still led there. `pg` closes a connection whose
 * query has failed, so that the last try uses a new one. No other query is sent again: it may have counted a
 * guess.
 */
export async function sendQuery(pool: PostgresPool, text: string, values?: unknown[]) {
  let triesLeft: number | undefined
  for (;;) {
    try {
      return await watchSilence(
        () => pool.query(text, values),
        () => dropIdleConnections(pool),
      )
    } catch (err) {
      if (own(err, 'code') !== READ_ONLY) throw err
      triesLeft ??= otherConnections(pool) + 1
      if (triesLeft === 0) throw readOnlyError(err)
      triesLeft -= 1
    }
  }
}

/** When one connection gets no answer, the others of the pool probably lead to the same silent server. */
function dropIdleConnections(pool: PostgresPool): void {
  const { idleCount, connect } = pool as Partial<PgPool>
  if (typeof idleCount !== 'number' || typeof connect !== 'function') return
  for (let left = idleCount; left > 0; left -= 1) {
    connect.call(pool).then(
      (client) => client.release(true),
      () => {},
    )
  }
}

interface PgPool {
  readonly idleCount: number
  connect(): Promise<{ release(destroy: boolean): void }>
}

function otherConnections(pool: PostgresPool): number {
  const { totalCount } = pool as { totalCount?: unknown }
  return typeof totalCount === 'number' ? totalCount : 0
}

function readOnlyError(cause: unknown): Error {
  const message =
    'PostgreSQL refused to write: the server is a read-only standby, as after a failover, or the transactions of ' +
    'this role are read-only. The store has tried a new connection too. The next request tries again. If this ' +
    'lasts, connect the store to the primary, or set default_transaction_read_only to "off".'
  return Object.assign(new Error(message, { cause }), { code: READ_ONLY })
}
