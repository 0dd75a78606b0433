import { type PostgresPool, PostgresStore } from 'passport-email-otp/postgres'
import { describeWithPostgres, startPostgres } from '../../helpers/postgres-server.js'
import { clockedStores, emptyStore, fillTheDiskOf, rowsIn } from '../postgres-store.js'
import type { ListedStore, RunningStore } from './store.js'

const rowsOf = (pool: PostgresPool, schema: string) => async () => {
  const { addresses, challenges } = await rowsIn(pool, schema)
  return addresses + challenges
}

export const postgres: ListedStore = {
  name: 'PostgreSQL',
  describe: describeWithPostgres,
  clock: 'own',
  start: async (): Promise<RunningStore> => {
    const server = await startPostgres()
    const pool = server.pool({ max: 20 })
    const next = await clockedStores(pool)
    return {
      newStore: async () => {
        const store = await emptyStore(pool)
        return { store, rows: rowsOf(pool, store.schema) }
      },
      clocked: async () => {
        const clocked = await next()
        return { ...clocked, rows: rowsOf(pool, clocked.store.schema) }
      },
      shared: async () => {
        const store = await emptyStore(pool)
        return { store, connect: 'postgres', where: { port: server.port, schema: store.schema } }
      },
      faults: [
        {
          name: 'on a full disk',
          prepare: async () => {
            const store = await emptyStore(pool)
            let leave = async () => {}
            return {
              store,
              enter: async () => {
                leave = await fillTheDiskOf(pool, store.schema)
              },
              leave: () => leave(),
            }
          },
        },
        {
          name: 'while another connection has locked the tables',
          prepare: async () => {
            const { schema } = await emptyStore(pool)
            const hasty = server.pool({ options: '-c lock_timeout=100' })
            const holder = await pool.connect()
            return {
              store: new PostgresStore({ pool: hasty, schema }),
              enter: async () => {
                await holder.query('BEGIN')
                await holder.query(`LOCK ${schema}.addresses IN SHARE MODE`)
              },
              leave: async () => {
                await holder.query('ROLLBACK')
                holder.release()
              },
            }
          },
        },
      ],
      stop: () => server.stop(),
    }
  },
}
