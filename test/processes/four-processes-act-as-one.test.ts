import { join } from 'node:path'
import { PostgresStore } from 'passport-email-otp/postgres'
import { RedisStore } from 'passport-email-otp/redis'
import { SqliteStore } from 'passport-email-otp/sqlite'
import { createClient } from 'redis'
import { afterAll, beforeAll, describe } from 'vitest'
import * as postgres from '../../example-app/postgres.js'
import * as redis from '../../example-app/redis.js'
import { describeWithPostgres, startPostgres } from '../helpers/postgres-server.js'
import { describeWithRedis, startRedis } from '../helpers/redis-server.js'
import { newFolder, SQLITE_DRIVERS } from '../helpers/sqlite.js'
import { INSTALL_LIMIT_MS } from '../helpers/test-packages.js'
import { behavesAsOneProcess } from './one-sign-in.js'

describeWithPostgres('four processes behind one PostgreSQL', () => {
  behavesAsOneProcess(async () => {
    const server = await startPostgres()
    return {
      ...server,
      env: { DATABASE_URL: `postgres://postgres@127.0.0.1:${server.port}/postgres` },
      store: new PostgresStore({ pool: server.pool() }),
      server: { ...server, lost: [postgres.LOST] },
    }
  })
})

describeWithRedis('four processes behind one Redis', () => {
  behavesAsOneProcess(async () => {
    const server = await startRedis()
    const client = createClient({ url: server.url })
    client.on('error', () => {}) // the tests kill the server
    await client.connect()
    return {
      ...server,
      env: { REDIS_URL: server.url },
      store: new RedisStore({ client }),
      server: {
        ...server,
        lost: [redis.LOST, redis.RESTORED],
      },
      stop: async () => {
        client.destroy()
        await server.stop()
      },
    }
  })
})

describe('four processes on one SQLite file', () => {
  // The app uses the driver of Node.js where there is one.
  const { load } = SQLITE_DRIVERS.findLast(({ isMissing }) => !isMissing) ?? SQLITE_DRIVERS[0]
  beforeAll(async () => void (await load()), INSTALL_LIMIT_MS)

  behavesAsOneProcess(
    async () => {
      const driver = await load()
      const file = join(newFolder(afterAll), 'data.db')
      const database = driver.open(file)
      const store = new SqliteStore({ database })
      await store.migrate()
      const holder = driver.open(file)
      return {
        env: { DATABASE_URL: `sqlite:${file}` },
        store,
        pause: () => void holder.exec('BEGIN IMMEDIATE'),
        resume: () => void holder.exec('ROLLBACK'),
        stop: async () => {
          holder.close()
          database.close()
        },
      }
    },
    { hasServer: false },
  )
})
