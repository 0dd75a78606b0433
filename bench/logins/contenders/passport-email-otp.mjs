import { MemoryStore, mailer, Strategy } from '../../../dist/esm/index.js'
import { openDatabase, postgresAt } from '../challenges.mjs'
import { answerUser, passportApp } from '../express-app.mjs'
import { FROM, sent, transportOptions } from '../send.mjs'

export async function start(setting) {
  const send = mailer({ transport: transportOptions(setting), from: FROM })
  const strategy = new Strategy(
    {
      secret: 'a secret of the bench, long enough for all',
      store: await openStore(setting),
      sendCode(mail) {
        sent.set(mail.to, mail.code)
        return send(mail)
      },
    },
    async (email) => ({ email }),
  )
  const { app, auth } = passportApp(strategy)
  app.post('/login', auth.authenticate('email-otp'), answerUser)
  return app
}

async function openStore({ store, redisPort, postgresPort }) {
  if (store === 'Redis') {
    const { createClient } = await import('redis')
    const { RedisStore } = await import('../../../dist/esm/stores/redis.js')
    const url = `redis://127.0.0.1:${redisPort}`
    return new RedisStore({
      client: await createClient({ url, disableClientInfo: true }).connect(),
    })
  }
  if (store === 'PostgreSQL') {
    const { default: pg } = await import('pg')
    const { PostgresStore } = await import('../../../dist/esm/stores/postgres.js')
    return migrated(new PostgresStore({ pool: new pg.Pool(postgresAt(postgresPort)) }))
  }
  if (store === 'SQLite') {
    const { SqliteStore } = await import('../../../dist/esm/stores/sqlite.js')
    return migrated(new SqliteStore({ database: openDatabase() }))
  }
  return new MemoryStore()
}

async function migrated(store) {
  await store.migrate()
  return store
}

export const verify = (code) => ({ method: 'POST', path: '/login', body: { code } })
