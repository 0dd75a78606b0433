import { PostgresStore } from 'passport-email-otp/postgres'
import { vi } from 'vitest'
import { describeWithPostgres, startPostgres } from '../helpers/postgres-server.js'
import { behavesAsOneProcess } from './one-sign-in.js'

vi.setConfig({ testTimeout: 30_000 })

describeWithPostgres('four processes behind one PostgreSQL', () => {
  behavesAsOneProcess(async () => {
    const server = await startPostgres()
    return {
      ...server,
      env: { DATABASE_URL: `postgres://postgres@127.0.0.1:${server.port}/postgres` },
      store: new PostgresStore({ pool: server.pool() }),
      lost: /^A connection to PostgreSQL was lost: /m,
    }
  })
})
