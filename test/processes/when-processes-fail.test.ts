import { PostgresStore } from 'passport-email-otp/postgres'
import { expect, onTestFinished, test, vi } from 'vitest'
import {
  expectDocumented,
  expectDocumentedLoss,
  expectEveryRowTested,
} from '../faults/documented-outcome.js'
import { failuresIn } from '../faults/postgres-by-name.js'
import { storeOf } from '../faults/redis-topologies.js'
import { makeProject } from '../helpers/package.js'
import { describeWithPostgres, startPostgres } from '../helpers/postgres-server.js'
import { type Program, startProgram } from '../helpers/program.js'
import { describeWithRedis, startRedisForTest, until } from '../helpers/redis-server.js'
import { ADA, createWorld } from '../helpers/world.js'
import { wrongCode } from '../helpers/wrong-code.js'
import { emptyStore, stopTheClockOf } from '../stores/postgres-store.js'

vi.setConfig({ testTimeout: 120_000 })

const section = 'Processes and clocks'
const HOUR_MS = 3_600_000
const TTL_MS = 600_000

/** An application whose pending codes are in tokens, so that a browser keeps them while the process is down. */
const APP = `
import express from 'express'
import passport from 'passport'
import { mailer, Strategy } from 'passport-email-otp'
import { RedisStore } from 'passport-email-otp/redis'
import { createClient } from 'redis'

const { PORT, SMTP_URL, REDIS_URL } = process.env
const client = REDIS_URL && createClient({ url: REDIS_URL, disableOfflineQueue: true })
await client?.on('error', () => {}).connect()
passport.use(new Strategy({
  secret: 'correct horse battery staple 0123456789',
  sendCode: mailer({ transport: SMTP_URL, from: 'Acme <login@acme.example>' }),
  pendingIn: 'token',
  store: client && new RedisStore({ client }),
}, async (email) => ({ email })))
const app = express()
app.use(express.json())
app.get('/', (req, res) => res.end())
app.post('/login', (req, res, next) => {
  const answer = (err, user, info, status) => err ? next(err) : res.status(user ? 200 : status).json(info)
  passport.authenticate('email-otp', { session: false }, answer)(req, res, next)
})
app.use((err, req, res, next) => res.status(err.status ?? 500).json({ code: err.code }))
app.listen(PORT)
`

const start = async (env: Record<string, string>) =>
  startProgram(await makeProject({ files: { 'app.mjs': APP } }), ['app.mjs'], env)

/** A browser that was sent a code, and keeps its token when the application starts again. */
async function visit(app: { current: Program }) {
  let challengeToken: string | undefined
  const post = async (body: object) => {
    const response = await fetch(`${app.current.origin}/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ challengeToken, ...body }),
    })
    const answer = (await response.json()) as { challengeToken?: string; reason?: string }
    challengeToken = answer.challengeToken ?? challengeToken
    return { status: response.status, body: answer }
  }
  const nextCode = async () => {
    expect((await post({ email: 'ann@example.com' })).status).toBe(202)
    return (await app.current.smtp.next()).code
  }
  return {
    visitor: { enterCode: (code: string) => post({ code }) },
    nextCode,
    code: await nextCode(),
  }
}

const startedRedis = async () => ({ REDIS_URL: (await startRedisForTest()).url })

describeWithRedis('with Redis, it is as the page says when', () => {
  test('the application is killed', async () => {
    const env = await startedRedis()
    const app = { current: await start(env) }
    await expectDocumented({
      ...{ section, fault: 'The application is killed and starts again, with Redis' },
      ...(await visit(app)),
      break: async () => {
        app.current.child.kill('SIGKILL')
        app.current = await start(env)
      },
    })
  })

  test('the application is frozen', async () => {
    const app = { current: await start(await startedRedis()) }
    await expectDocumented({
      ...{ section, fault: 'The application is frozen for 3 seconds' },
      ...(await visit(app)),
      break: () => {
        app.current.child.kill('SIGSTOP')
        const frozenAt = performance.now()
        void until(() => performance.now() - frozenAt > 3_000).then(() =>
          app.current.child.kill('SIGCONT'),
        )
      },
    })
  })

  test.each([
    ['fast', HOUR_MS],
    ['slow', -HOUR_MS],
  ])('the clock of the application is %s', async (how, offsetMs) => {
    const world = await createWorld({
      store: await storeOf('ioredis', { env: await startedRedis() }),
    })
    const visitor = world.client()
    await expectDocumented({
      ...{ section, fault: `The clock of the application is an hour ${how}` },
      ...{ visitor, code: await world.codeFor(visitor) },
      break: () => {
        vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + offsetMs })
        onTestFinished(() => void vi.useRealTimers())
      },
    })
  })
})

test('it is as the page says when the application is killed and has the memory store', async () => {
  const app = { current: await start({}) }
  await expectDocumentedLoss({
    ...{ section, fault: 'The application is killed and starts again, with the memory store' },
    ...(await visit(app)),
    break: async () => {
      app.current.child.kill('SIGKILL')
      app.current = await start({})
    },
  })
})

describeWithPostgres('with PostgreSQL, it is as the page says when', () => {
  /** An application whose database has a clock that only the test moves, and a visitor who was sent a code. */
  async function setUp() {
    const server = await startPostgres()
    onTestFinished(() => server.stop())
    const pool = server.pool()
    const { schema } = await emptyStore(pool)
    const advance = await stopTheClockOf(pool, schema)
    const world = await createWorld({ store: new PostgresStore({ pool, schema }) })
    const visitor = world.client()
    const code = await world.codeFor(visitor)
    return { world, visitor, code, advance, failures: () => failuresIn(pool, schema) }
  }

  test('the clock of the database jumps', async () => {
    const { world, visitor, code, advance, failures } = await setUp()
    await expectDocumentedLoss({
      ...{ section, fault: 'The clock of the database jumps an hour forward', visitor, code },
      nextCode: () => world.codeFor(visitor),
      break: () => advance(HOUR_MS),
      failures,
    })
  })

  test('the clock of the database is set back', async () => {
    const { world, visitor, code, advance, failures } = await setUp()
    await expectDocumented({
      ...{ section, fault: 'The clock of the database is set back an hour', visitor, code },
      break: () => advance(-HOUR_MS),
    })
    const next = await world.codeFor(visitor)
    expect((await visitor.enterCode(wrongCode(next))).body).toMatchObject({ attemptsLeft: 2 })
    await advance(-HOUR_MS)
    // Without the change the spacing would be over long ago.
    await advance(HOUR_MS - 1)
    const { length } = world.smtp.mails
    expect((await visitor.requestCode(ADA)).body).toMatchObject({ reason: 'code_sent' })
    expect(world.smtp.mails).toHaveLength(length)
    expect(await failures()).toBe(3)
    await advance(TTL_MS)
    expect((await visitor.enterCode(next)).status).toBe(200)
    const last = await world.codeFor(visitor)
    await advance(-HOUR_MS)
    await advance(HOUR_MS + TTL_MS)
    expect((await visitor.enterCode(last)).body).toMatchObject({ reason: 'no_pending_code' })
  })

  test('every row about processes and clocks has a test', () => {
    expectEveryRowTested(section)
  })
})
