import { RedisStore as RedisSessions } from 'connect-redis'
import express from 'express'
import session from 'express-session'
import passport from 'passport'
import { type ChallengeStore, type EmailOtpEvent, MemoryStore, Strategy } from 'passport-email-otp'
import { PostgresStore } from 'passport-email-otp/postgres'
import { RedisStore } from 'passport-email-otp/redis'
import { SqliteStore } from 'passport-email-otp/sqlite'
import type pg from 'pg'
import { createClient } from 'redis'
import supertest from 'supertest'
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import { SqliteSessions } from '../../example-app/sqlite-sessions.js'
import { Document } from '../helpers/documents.js'
import { mailerTo, SECRET, smtpOfTest } from '../helpers/mail.js'
import { errorsAsJson, serve } from '../helpers/passport-app.js'
import { describeWithPostgres, usePostgres } from '../helpers/postgres-server.js'
import { postgresSessions } from '../helpers/postgres-sessions.js'
import { describeWithRedis, type RedisServer, startRedis } from '../helpers/redis-server.js'
import { sessions } from '../helpers/sessions.js'
import { describeWithSqlite, newFolder } from '../helpers/sqlite.js'
import { wrongCode } from '../helpers/wrong-code.js'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

interface Person {
  readonly id: string
  readonly email: string
}
type DeleteSessions = (person: Person) => unknown

const ADA: Person = { id: 'user-17-of-the-test', email: 'ada@example.com' }
const BOB: Person = { id: 'user-18-of-the-test', email: 'bob@example.com' }

const blocks = new Document('docs/operations/retention.md').blocks
const programOf = (part: string) => blocks.find(({ code }) => code.includes(part))?.code ?? ''
/** Returns a function of the page. `names` are what the application has. */
const fromPage = (part: string, result: string, names: object) =>
  new Function(...Object.keys(names), `${programOf(part)}\nreturn ${result}`)(
    ...Object.values(names),
  )

/** Where an application keeps what it knows. */
interface Place {
  readonly store: ChallengeStore
  readonly sessionStore: session.Store
  readonly deleteSessions: DeleteSessions
  /** Every row or key of the store, as text. */
  stored(): Promise<string[]>
  storedSessions(): Promise<string[]>
}

const AUDIT = new Document('docs/operations/audit.md').blocks.find(
  ({ language }) => language === 'sql',
)?.code
/** One connection, so that a question sees all rows that were added before. */
let audit: pg.Pool

/** An application with a login and a confirmation, and its users. */
async function startApplication(place: Place) {
  const { store, sessionStore, deleteSessions } = place
  await audit.query('DELETE FROM otp_audit')
  const users = new Map([ADA, BOB].map((person) => [person.id, person]))
  const smtp = await smtpOfTest()
  const onEvent = async (event: EmailOtpEvent) => {
    const { type, addressHash } = event
    const subject = 'subject' in event ? event.subject : null
    await audit.query(
      "INSERT INTO otp_audit (type, address_hash, subject, detail) VALUES ($1, $2, $3, '{}')",
      [type, addressHash, subject],
    )
  }
  const options = { secret: SECRET, sendCode: mailerTo(smtp.url), store, onEvent }
  const emailOtp = new Strategy(options, async (email) =>
    [...users.values()].find((user) => user.email === email),
  )
  const confirm = new Strategy(
    {
      ...options,
      name: 'confirm',
      emailFromRequest: (req) => (req.user as Person | undefined)?.email,
      subjectFromRequest: (req) => (req.user as Person | undefined)?.id,
    },
    async (id) => users.get(id),
  )
  const auth = new passport.Passport()
  auth.use(emailOtp).use(confirm)
  // Applications write the id, or an object with it: here by turns.
  let logins = 0
  auth.serializeUser((user, done) => {
    const { id } = user as Person
    logins += 1
    done(null, logins % 2 ? id : { id })
  })
  auth.deserializeUser((known: string | { id: string }, done) =>
    done(null, users.get(typeof known === 'string' ? known : known.id) ?? false),
  )
  const app = express()
  app.use(express.json(), sessions(sessionStore), auth.session())
  app.post('/login', auth.authenticate('email-otp'), (_req, res) => void res.json({}))
  app.post('/confirm', auth.authenticate('confirm', { step: 'request' }))
  app.get('/', (req, res) => void res.json({ user: req.user ?? null }))
  app.use(errorsAsJson)
  const server = await serve(app)

  /** Signs in twice and waits for another code; and guesses in a browser that waits for one too. */
  async function useEverything({ email }: Person) {
    const [phone, laptop] = [supertest.agent(server), supertest.agent(server)]
    await laptop.post('/login').send({ email }).expect(202)
    const { code: first } = await smtp.next()
    await laptop
      .post('/login')
      .send({ code: wrongCode(first) })
      .expect(401)
    for (const browser of [phone, supertest.agent(server)]) {
      await browser.post('/login').send({ email }).expect(202)
      const { code } = await smtp.next()
      await browser.post('/login').send({ code }).expect(200)
    }
    await phone.post('/confirm').expect(202)
    await smtp.next()
    await emailOtp.idle()
    return phone
  }
  const erase = fromPage('async function erase', 'erase', {
    ...{ users, emailOtp, audit, deleteSessions },
  }) as (person: Person) => Promise<string>
  const everything = async () => {
    const { rows } = await audit.query('SELECT * FROM otp_audit')
    const audited = rows.map((row) => JSON.stringify(row))
    return [await place.stored(), await place.storedSessions(), audited].map((all) => all.sort())
  }
  return { emailOtp, erase, everything, smtp, server, useEverything }
}

function erasesAUser(open: () => Promise<Place>) {
  it('leaves nothing of the user, also where a mail fails meanwhile, and everything of another one', async () => {
    const place = await open()
    const { emailOtp, erase, everything, server, smtp, useEverything } =
      await startApplication(place)
    const phoneOfBob = await useEverything(BOB)
    const before = await everything()
    const phone = await useEverything(ADA)
    const hash = emailOtp.addressHash(ADA.email)
    const full = await everything()
    for (const [index, all] of full.entries()) {
      expect(all.length).toBeGreaterThan(before[index]?.length ?? 0)
    }
    expect(full[1]?.filter((text) => text.includes(ADA.email)).length).toBe(2)
    expect(full[2]?.join()).toContain(hash)

    expect(await erase(ADA)).toBe(hash)
    expect(await everything()).toEqual(before)
    expect((await phone.get('/')).body).toEqual({ user: null })
    expect((await phoneOfBob.get('/')).body).toEqual({ user: BOB })

    smtp.hold()
    const asked = supertest(server).post('/login').send({ email: ADA.email })
    const answered = asked.then(({ status }) => status)
    await smtp.next()
    await emailOtp.forget(ADA.email)
    smtp.rejectMail(550)
    smtp.release()
    expect(await answered).toBe(502)
    await emailOtp.idle()
    expect((await place.stored()).sort()).toEqual(before[0])
  })
}

/** Both drivers have it, and the store needs only `get` and `run`. */
const allOf = (statement: unknown) => (statement as { all(): object[] }).all()

describeWithPostgres('with an audit table in PostgreSQL, a user is erased', () => {
  const postgres = usePostgres()
  beforeAll(async () => {
    audit = postgres.server.pool({ max: 1 })
    await audit.query(`CREATE ROLE app; ${AUDIT}`)
  })

  describe('in memory', () => {
    erasesAUser(async () => {
      const store = new MemoryStore()
      const sessionStore = new session.MemoryStore()
      const all = () =>
        new Promise<Record<string, session.SessionData>>((resolve) =>
          sessionStore.all((_err, found) => resolve(Object(found))),
        )
      return {
        store,
        sessionStore,
        deleteSessions: async ({ id, email }) => {
          for (const [sid, data] of Object.entries(await all())) {
            const text = JSON.stringify(data)
            if (text.includes(`"${id}"`) || text.includes(email)) sessionStore.destroy(sid)
          }
        },
        stored: async () =>
          Object.entries(store.size).flatMap(([name, count]) => Array(count).fill(name)),
        storedSessions: async () => Object.values(await all()).map((data) => JSON.stringify(data)),
      }
    })
  })

  describeWithRedis('in Redis', () => {
    let server: RedisServer
    let client: ReturnType<typeof createClient>
    beforeAll(async () => {
      server = await startRedis()
      client = createClient({ url: server.url, disableOfflineQueue: true })
      await client.connect()
    })
    afterAll(async () => {
      client?.destroy()
      await server?.stop()
    })
    const read = async (isSession: boolean) => {
      const found: string[] = []
      for await (const keys of client.scanIterator()) {
        for (const key of keys) {
          if (key.startsWith('sess:') !== isSession) continue
          const type = await client.type(key)
          const value = type === 'hash' ? await client.hGetAll(key) : await client.get(key)
          found.push(JSON.stringify([key, value]))
        }
      }
      return found
    }
    erasesAUser(async () => {
      await client.flushAll()
      const sessionStore = new RedisSessions({ client })
      return {
        store: new RedisStore({ client }),
        sessionStore,
        deleteSessions: fromPage('sessionStore.all()', 'deleteSessions', { sessionStore }),
        stored: () => read(false),
        storedSessions: () => read(true),
      }
    })
  })

  describe('in PostgreSQL', () => {
    const read = async (where: string) => {
      const { rows: tables } = await postgres.pool.query(
        `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
       WHERE schemaname NOT IN ('pg_catalog', 'information_schema') AND tablename <> 'otp_audit' AND ${where}`,
      )
      const rows = []
      for (const { name } of tables) {
        const found = await postgres.pool.query(
          `SELECT row_to_json(t)::text AS text FROM ${name} t`,
        )
        rows.push(...found.rows.map(({ text }) => `${name} ${text}`))
      }
      return rows
    }
    erasesAUser(async () => {
      const store = new PostgresStore({ pool: postgres.pool })
      await store.migrate()
      const sessionStore = await postgresSessions(postgres.pool)
      return {
        store,
        sessionStore,
        deleteSessions: fromPage('strpos(', 'deleteSessions', { pool: postgres.pool }),
        stored: () => read("tablename <> 'session'"),
        storedSessions: () => read("tablename = 'session'"),
      }
    })
  })

  describeWithSqlite('in SQLite', (driver) => {
    erasesAUser(async () => {
      const database = driver().open(`${newFolder()}/data.db`)
      onTestFinished(() => database.close())
      const store = new SqliteStore({ database })
      await store.migrate()
      const read = (isSession: boolean) => {
        // The table of the clock knows nobody, and changes with each call.
        const tables = database.prepare(
          "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE '%_state'",
        )
        return (allOf(tables) as { name: string }[])
          .filter(({ name }) => (name === 'sessions') === isSession)
          .flatMap(({ name }) =>
            allOf(database.prepare(`SELECT '${name}' AS name, * FROM ${name}`)),
          )
          .map((row) =>
            JSON.stringify(row, (_key, value) =>
              value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value,
            ),
          )
      }
      return {
        store,
        sessionStore: new SqliteSessions(database),
        deleteSessions: ({ id, email }) =>
          void database.prepare(programOf('json_quote')).run(id, email),
        stored: async () => read(false),
        storedSessions: async () => read(true),
      }
    })
  })
})
