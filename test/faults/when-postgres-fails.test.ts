import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest'
import { STANDBY } from '../../src/stores/postgres/problems.js'
import {
  describeWithPostgres,
  type PostgresServer,
  startPostgres,
  until,
} from '../helpers/postgres-server.js'
import {
  expectDocumented,
  expectDocumentedLoss,
  expectEveryRowTested,
} from './documented-outcome.js'
import { expectStoreFailed } from './fails-in-time.js'
import { failuresIn, fill, replicated, startByName } from './postgres-by-name.js'

vi.setConfig({ testTimeout: 120_000 })

const section = 'PostgreSQL'

describeWithPostgres('it is as the page says when', () => {
  let shared: PostgresServer
  beforeAll(async () => {
    shared = await startPostgres('max_connections=12', 'superuser_reserved_connections=0')
  })
  afterAll(() => shared?.stop())

  test('PostgreSQL is read-only', async () => {
    const { direct, ...started } = await startByName(shared)
    const setReadOnly = async (value: 'on' | 'off') => {
      await direct.query(`ALTER SYSTEM SET default_transaction_read_only = ${value}`)
      await direct.query('SELECT pg_reload_conf()')
      await until(async () => {
        const { rows } = await started.pool.query('SHOW default_transaction_read_only')
        return rows[0].default_transaction_read_only === value
      })
    }
    await expectDocumented({
      ...{ section, fault: 'It is read-only', ...started },
      break: () => setReadOnly('on'),
      repair: () => setReadOnly('off'),
    })
  })

  test('PostgreSQL has no connection left', async () => {
    const { server, direct, ...started } = await startByName(shared)
    const others = server.pool({ max: 20 })
    await expectDocumented({
      ...{ section, fault: 'It has no connection left', ...started },
      break: async () => {
        const mine = await direct.connect()
        const others = 'pg_stat_activity WHERE pid <> pg_backend_pid()'
        await mine.query(`SELECT pg_terminate_backend(pid) FROM ${others}`)
        await until(() => started.pool.totalCount === 0)
        mine.release()
        await fillServer()
      },
      repair: () => others.end(),
    })

    async function fillServer(): Promise<void> {
      const taken: { release(): void }[] = []
      for (;;) {
        const client = await others.connect().catch(() => undefined)
        if (client === undefined) break
        client.on('error', () => {})
        taken.push(client)
      }
      for (const client of taken) client.release()
    }
  })

  test('a standby is promoted after the primary has died', async () => {
    const { server, direct, pool, moveTo, ...started } = await startByName()
    const next = await server.startStandby()
    await expectDocumented({
      ...{ section, fault: 'A standby is promoted after the primary has died', ...started },
      break: async () => {
        await fill(pool)
        await replicated(direct)
        await server.kill()
      },
      repair: async () => {
        await next.promote()
        moveTo(next)
      },
    })
  })

  test('the name leads to a standby for a while, of which the error and check() tell', async () => {
    const { server, direct, pool, moveTo, ...started } = await startByName()
    const { visitor, code, emailOtp, heard } = started
    const [stale, next] = [await server.startStandby(), await server.startStandby()]
    const fault = 'The name leads to a standby that is not promoted, then to the new primary'
    const failed = await expectDocumented({
      ...{ section, fault, ...started },
      break: async () => {
        await replicated(direct)
        await server.kill()
        moveTo(stale)
        await until(() => pool.totalCount === 0)
        await fill(pool)
        expect((await emailOtp.check()).store.problems).toEqual([STANDBY])
        await expectStoreFailed(visitor.enterCode(code))
      },
      repair: async () => {
        await fill(pool)
        await next.promote()
        moveTo(next)
      },
    })
    expect(failed).toBe(0)
    const [event] = await heard('store_failed')
    expect(event?.error.cause).toMatchObject({
      code: '25006',
      message: expect.stringContaining('default_transaction_read_only'),
      cause: { code: '25006' },
    })
  })

  test('the old primary is silent', async () => {
    const { server, direct, pool, moveTo, ...started } = await startByName()
    const next = await server.startStandby()
    onTestFinished(() => server.resume())
    const failed = await expectDocumented({
      ...{
        section,
        fault: 'The name moves to a new primary, and the old one is silent',
        ...started,
      },
      break: async () => {
        await fill(pool)
        await replicated(direct)
        await next.promote()
        server.pause()
        moveTo(next)
      },
    })
    expect(failed).toBe(0)
  })

  test('PostgreSQL is silent for a while', async () => {
    const { server, direct, ...started } = await startByName(shared)
    onTestFinished(() => server.resume())
    await expectDocumented({
      ...{ section, fault: 'It is silent, and answers again', ...started },
      break: () => server.pause(),
      repair: async () => {
        server.resume()
        // The guess that failed is counted now.
        const left = 'SELECT attempts_left FROM passport_email_otp.challenges'
        await until(async () => (await direct.query(left)).rows[0].attempts_left === 4)
      },
    })
  })

  test('the tables are emptied', async () => {
    const { direct, visitor, code, codeFor } = await startByName(shared)
    await expectDocumentedLoss({
      ...{ section, fault: 'Its tables are emptied', visitor, code },
      nextCode: () => codeFor(visitor),
      break: () =>
        direct.query('TRUNCATE passport_email_otp.challenges, passport_email_otp.addresses'),
      failures: () => failuresIn(direct, 'passport_email_otp'),
    })
  })

  test('every row about PostgreSQL has a test', () => {
    expectEveryRowTested(section)
  })
})
