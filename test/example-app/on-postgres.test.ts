import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { PostgresStore } from 'passport-email-otp/postgres'
import type { Pool } from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openPostgres } from '../../example-app/postgres.js'
import { unusable } from '../../example-app/storage-server.js'
import {
  describeWithPostgres,
  newDirectory,
  type PostgresServer,
  startPostgres,
} from '../helpers/postgres-server.js'
import { expectNamed } from '../helpers/rejects-option.js'
import { saidBy, whyNot } from './start-app.js'

describeWithPostgres('the example app, with DATABASE_URL', () => {
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
  afterAll(async () => {
    await server?.stop()
    rmSync(directory, { recursive: true })
  })

  const url = (password = 'hush-hush', { port = server.port, database = 'postgres' } = {}) =>
    `postgres://app:${password}@127.0.0.1:${port}/${database}`

  test.each([
    [
      'no server listens',
      () => url('hush-hush', { port: 1 }),
      Object.assign(new Error(), { code: 'ECONNREFUSED' }),
    ],
    ['the password is wrong', () => url('hush-no'), Object.assign(new Error(), { code: '28P01' })],
    [
      'the database does not exist',
      () => url('hush-hush', { database: 'codes' }),
      new Error('database "codes" does not exist'),
    ],
    [
      'the permission to create a schema is missing',
      () => url(),
      new Error('permission denied for database postgres'),
    ],
  ])('does not start and explains that %s', async (_name, from, err) => {
    const said = await whyNot(openPostgres(from()))
    expect(said).toBe(unusable('DATABASE_URL', from(), err).message)
    expectNamed(said, 'DATABASE_URL', new URL(from()).host)
    expect(saidBy(said)).toHaveLength(2)
    expect(said).not.toContain('hush')
  })

  test('explains that it cannot create the table of sessions', async () => {
    await pool.query('GRANT CREATE ON DATABASE postgres TO app')
    await pool.query('REVOKE CREATE ON SCHEMA public FROM public') // the default since PostgreSQL 15
    const said = await whyNot(openPostgres(url()))
    expectNamed(said, 'DATABASE_URL', 'permission denied for schema public')
  })

  test('explains that its role may not use a schema of another role', async () => {
    await pool.query('DROP SCHEMA IF EXISTS passport_email_otp CASCADE')
    await new PostgresStore({ pool }).migrate()
    await pool.query('GRANT CREATE ON SCHEMA public TO app')
    const said = await whyNot(openPostgres(url()))
    expectNamed(said, 'DATABASE_URL', 'permission denied for schema passport_email_otp')
  })

  test('starts many times at once on an empty database', async () => {
    await pool.query('CREATE DATABASE empty')
    const superuser = `postgres://postgres@127.0.0.1:${server.port}/empty`
    const storages = await Promise.all(Array.from({ length: 8 }, () => openPostgres(superuser)))
    await Promise.all(storages.map((storage) => storage.close()))
  })
})
