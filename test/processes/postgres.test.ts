import { PostgresStore } from 'passport-email-otp/postgres'
import { describeWithPostgres, startPostgres } from '../helpers/postgres-server.js'
import { behavesAsOneProcess } from './one-sign-in.js'

describeWithPostgres('four processes behind one PostgreSQL', () => {
  behavesAsOneProcess(async () => {
    const server = await startPostgres()
    return {
      ...server,
      env: { DATABASE_URL: `postgres://postgres@127.0.0.1:${server.port}/postgres` },
      store: new PostgresStore({ pool: server.pool() }),
      server: { ...server, lost: /^A connection to PostgreSQL was lost: /m },
    }
  })
})
