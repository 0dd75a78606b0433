import { Strategy as EmailOtpStrategy } from 'passport-email-otp'
import { PostgresStore } from 'passport-email-otp/postgres'
import { RedisStore } from 'passport-email-otp/redis'
import { createClient } from 'redis'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { ChallengeStore } from '../../src/stores/store.js'
import { endApps, type RunningApp, START_LIMIT_MS, startApp } from '../example-app/start-app.js'
import { wrongCode } from '../helpers/app.js'
import { describeWithPostgres, startPostgres } from '../helpers/postgres-server.js'
import { describeWithRedis, startRedis } from '../helpers/redis-server.js'
import { type Smtp, startSmtp } from '../helpers/smtp.js'
import { Visitor } from '../processes/four-apps.js'

const OTP_SECRET = 'correct horse battery staple 0123456789'

interface Shared {
  readonly env: Readonly<Record<string, string>>
  /** The same store over a connection of the test's own. */
  readonly store: ChallengeStore
  close(): Promise<void>
}

/** The example app, built, in two processes that share one server. */
function inTwoProcesses(start: () => Promise<Shared>): void {
  let shared: Shared
  let smtp: Smtp
  let apps: RunningApp[] = []
  beforeAll(async () => {
    shared = await start()
    smtp = await startSmtp()
    const env = {
      SMTP_URL: smtp.url,
      MAIL_FROM: 'Acme <login@acme.example>',
      OTP_SECRET,
      SESSION_SECRET: 'another correct horse battery staple',
      ...shared.env,
    }
    apps = await Promise.all([startApp(env), startApp(env)])
  }, START_LIMIT_MS)
  afterAll(async () => {
    await Promise.all(apps.map((app) => app.stop()))
    endApps()
    await smtp?.close()
    await shared?.close()
  })

  async function asked(email: string) {
    const visitor = new Visitor(apps.map(({ url }) => url))
    const sent = smtp.mails.length
    await visitor.post(0, '/login/email', { email })
    const mails = await smtp.waitFor(sent + 1)
    return { visitor, code: mails[sent]?.code ?? '' }
  }

  it('RAC-05: of 50 wrong codes at once, spread over the two, five are evaluated, and then the right one is refused', async () => {
    const { visitor, code } = await asked('bea@example.com')
    const form = { code: wrongCode(code) }
    const answers = await visitor.postAtOnce(50, '/login/code', form)
    expect(new Set(answers.map(({ location }) => location))).toEqual(new Set(['/login']))
    expect(await failuresOf(shared.store, 'bea@example.com')).toBe(5)
    for (const process of [0, 1]) {
      expect((await visitor.post(process, '/login/code', { code })).location).toBe('/login')
    }
  })

  it('RAC-05: of four wrong codes and three right ones at once, spread over the two, one signs in', async () => {
    for (let round = 0; round < 4; round++) {
      const email = `cem${round}@example.com`
      const { visitor, code } = await asked(email)
      const typed = [...[1, 2, 3, 4].map((n) => wrongCode(code, n)), code, code, code]
      const turned = [...typed.slice(round), ...typed.slice(0, round)]
      const answers = await Promise.all(
        turned.map((one, n) => visitor.post(n, '/login/code', { code: one })),
      )
      const locations = answers.map(({ location }) => location)
      expect(locations.filter((location) => location === '/')).toHaveLength(1)
      // What was guessed before the sign-in is given back, and nothing is counted after it.
      expect(await failuresOf(shared.store, email)).toBe(0)
    }
  })
}

describeWithRedis('two processes behind one Redis', () => {
  inTwoProcesses(async () => {
    const server = await startRedis()
    const client = createClient({ url: server.url })
    await client.connect()
    return {
      env: { REDIS_URL: server.url },
      store: new RedisStore({ client }),
      close: async () => {
        client.destroy()
        await server.stop()
      },
    }
  })
})

describeWithPostgres('two processes behind one PostgreSQL', () => {
  inTwoProcesses(async () => {
    const server = await startPostgres()
    return {
      env: { DATABASE_URL: `postgres://postgres@127.0.0.1:${server.port}/postgres` },
      store: new PostgresStore({ pool: server.pool() }),
      close: () => server.stop(),
    }
  })
})

/** The wrong guesses that are counted on an address: opening a challenge of a name of its own tells. */
async function failuresOf(store: ChallengeStore, email: string): Promise<number> {
  const emailOtp = new EmailOtpStrategy(
    { secret: OTP_SECRET, store, sendCode: async () => {} },
    async () => undefined,
  )
  const result = await store.open({
    address: emailOtp.addressHash(email),
    challenge: 'looks at the count',
    ttlMs: 600_000,
    keepMs: 120_000,
    attempts: 5,
    spacingMs: 30_000,
    budget: { key: 'on the side', burst: 1_000, refillMs: 1 },
  })
  if (result.outcome !== 'opened') throw new Error(result.outcome)
  return result.failures
}
