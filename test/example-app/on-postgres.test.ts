import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { PostgresStore } from 'passport-email-otp/postgres'
import type { Pool } from 'pg'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { openPostgres } from '../../example-app/postgres.js'
import {
  describeWithPostgres,
  newDirectory,
  type PostgresServer,
  startPostgres,
} from '../helpers/postgres-server.js'
import { BUILD_MS, endApps, runApp, saidBy } from './start-app.js'

vi.setConfig({ testTimeout: BUILD_MS })

const secret = 'correct horse battery staple 0123456789'
const start = (url: string) =>
  runApp({ OTP_SECRET: secret, SESSION_SECRET: secret, DATABASE_URL: url })

describeWithPostgres('the example app, started with DATABASE_URL', () => {
  let server: PostgresServer
  let pool: Pool
  const directory = newDirectory()
  beforeAll(async () => {
    const hba = join(directory, 'hba.conf')
    writeFileSync(hba, 'host all postgres 127.0.0.1/32 trust\nhost all all 127.0.0.1/32 md5\n')
    server = await startPostgres(`hba_file=${hba}`)
    pool = server.pool()
    await pool.query("CREATE ROLE app LOGIN PASSWORD 'hush-hush'")
  })
  afterEach(endApps)
  afterAll(async () => {
    await server?.stop()
    rmSync(directory, { recursive: true })
  })

  const url = (password = 'hush-hush', { port = server.port, database = 'postgres' } = {}) =>
    `postgres://app:${password}@127.0.0.1:${port}/${database}`

  test.each([
    ['nobody listens', () => url('hush-hush', { port: 1 }), 'does not answer: nothing listens'],
    ['a wrong password', () => url('hush-no'), 'refused the user name or the password that are'],
    [
      'no such database',
      () => url('hush-hush', { database: 'codes' }),
      'cannot be used: database "codes" does not exist',
    ],
    ['no right to a schema', () => url(), 'cannot be used: permission denied for database'],
  ])('says in words what is wrong: %s', async (_name, from, words) => {
    const { code, output } = await start(from())
    expect(output).toContain(`in DATABASE_URL ${words}`)
    expect(code).toBe(1)
    expect(saidBy(output)).toHaveLength(2)
    expect(output).not.toContain('hush')
  })
  test('says that the table of sessions cannot be made', async () => {
    await pool.query('GRANT CREATE ON DATABASE postgres TO app')
    await pool.query('REVOKE CREATE ON SCHEMA public FROM public') // as it is from PostgreSQL 15 on
    const { code, output } = await start(url())
    expect(output).toContain('in DATABASE_URL cannot be used: permission denied for schema public')
    expect(code).toBe(1)
  })

  test('says that a schema which somebody else made is not this role’s to use', async () => {
    await pool.query('DROP SCHEMA IF EXISTS passport_email_otp CASCADE')
    await new PostgresStore({ pool }).migrate()
    await pool.query('GRANT CREATE ON SCHEMA public TO app')
    const { code, output } = await start(url())
    expect(output).toMatch(/DATABASE_URL.*permission denied for schema passport_email_otp/)
    expect(code).toBe(1)
  })
  test('starts many times at once where nothing is set up yet', async () => {
    await pool.query('CREATE DATABASE empty')
    const superuser = `postgres://postgres@127.0.0.1:${server.port}/empty`
    const storages = await Promise.all(Array.from({ length: 8 }, () => openPostgres(superuser)))
    await Promise.all(storages.map((storage) => storage.close()))
  })
})
