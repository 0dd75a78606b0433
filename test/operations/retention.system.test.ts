import { PostgresStore } from 'passport-email-otp/postgres'
import supertest from 'supertest'
import { expect, it, vi } from 'vitest'
import { Document } from '../helpers/documents.js'
import { startMail, strategyOn } from '../helpers/mail.js'
import { serveStrategies } from '../helpers/passport-app.js'
import { describeWithPostgres, usePostgres } from '../helpers/postgres-server.js'
import { postgresSessions } from '../helpers/postgres-sessions.js'
import { sessions } from '../helpers/sessions.js'
import { wrongCode } from '../helpers/wrong-code.js'

vi.setConfig({ testTimeout: 60_000 })

const page = new Document('docs/operations/retention.md')
const [sweep = '', forgetPending = ''] = page.blocks
  .filter(({ language }) => language === 'sql')
  .map(({ code }) => code)

const ADA = 'ada@example.com'
const HOUR = 3_600_000
const DAY = 24 * HOUR

describeWithPostgres('docs/operations/retention.md, on PostgreSQL', () => {
  const postgres = usePostgres()
  const rows = async (text: string, values: unknown[] = []) =>
    (await postgres.pool.query(text, values)).rows
  const addresses = () => rows('SELECT * FROM passport_email_otp.addresses')
  const challenges = () => rows('SELECT * FROM passport_email_otp.challenges')
  const stored = () => rows('SELECT sess FROM session')

  async function start() {
    const store = new PostgresStore({ pool: postgres.pool })
    await store.migrate()
    const sessionStore = await postgresSessions(postgres.pool)
    const mail = await startMail()
    const emailOtp = strategyOn(mail, { store })
    const server = await serveStrategies([emailOtp], {
      session: sessions(sessionStore),
      routes: (app, auth) => app.post('/login', auth.authenticate('email-otp')),
    })
    const browser = supertest.agent(server)
    const post = (body: object) => browser.post('/login').send(body)
    const ask = async (email: string) => {
      await post({ email })
      return (await mail.smtp.next()).code
    }
    return { post, ask }
  }

  it('keeps no address in the store, and one in the session until a sign-in', async () => {
    const { post, ask } = await start()
    const code = await ask(ADA)
    expect(JSON.stringify([await addresses(), await challenges()])).not.toContain('ada')
    expect(JSON.stringify(await stored())).toContain(ADA)
    await post({ code })
    const [signedIn] = await stored()
    // The user of the tests is an address. Nothing else of the session is.
    expect(JSON.stringify({ ...signedIn?.sess, passport: undefined })).not.toContain('ada')
  })

  it('keeps a challenge for 10 minutes, sends for 90 minutes each and guesses for 30 days', async () => {
    const { post, ask } = await start()
    const now = Date.now()
    const code = await ask(ADA)
    const endOfDay = (instant: number) => Math.ceil(instant / DAY) * DAY
    const [challenge] = await challenges()
    expect(challenge?.expires_at - now).toBeLessThanOrEqual(10 * 60_000 + 5_000)
    const [afterSend] = await addresses()
    expect(afterSend?.kept_until).toBeLessThanOrEqual(endOfDay(Date.now() + 1.5 * HOUR))
    await post({ code: wrongCode(code) })
    const [afterGuess] = await addresses()
    expect(afterGuess?.kept_until).toBeLessThanOrEqual(endOfDay(Date.now() + 30 * DAY))
    expect(afterGuess?.kept_until).toBeGreaterThanOrEqual(now + 30 * DAY)
  })

  it('deletes expired rows with the job of the page, and no others', async () => {
    const { ask } = await start()
    await ask('old@example.com')
    await rows('UPDATE passport_email_otp.addresses SET kept_until = 1')
    await rows('UPDATE passport_email_otp.challenges SET expires_at = 1')
    // As where no requests have come: they would delete some.
    const old = [await addresses(), await challenges()]
    await rows('TRUNCATE passport_email_otp.addresses, passport_email_otp.challenges')
    await ask(ADA)
    for (const [n, table] of ['addresses', 'challenges'].entries()) {
      const insert = `INSERT INTO passport_email_otp.${table} ${n === 0 ? 'OVERRIDING SYSTEM VALUE' : ''}
        SELECT * FROM jsonb_populate_record(NULL::passport_email_otp.${table}, $1)`
      await rows(insert, old[n])
    }
    expect([await addresses(), await challenges()].map(({ length }) => length)).toEqual([2, 2])
    await rows(sweep)
    expect([await addresses(), await challenges()].map(({ length }) => length)).toEqual([1, 1])
  })

  it('deletes the pending states that have expired from sessions', async () => {
    const { ask } = await start()
    await ask(ADA)
    await rows(forgetPending)
    expect(JSON.stringify(await stored())).toContain(ADA)
    await rows(
      `UPDATE session SET sess = jsonb_set(sess::jsonb, '{email-otp,expiresAt}', '1')::json`,
    )
    await rows(forgetPending)
    const left = await stored()
    expect(left).toHaveLength(1)
    expect(JSON.stringify(left)).not.toContain('ada')
  })
})
