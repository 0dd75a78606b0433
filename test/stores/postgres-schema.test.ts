import { PostgresStore } from 'passport-email-otp/postgres'
import type pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { DEFAULT_SCHEMA, SCHEMA_VERSION, schemaSql } from '../../src/stores/postgres/schema.js'
import {
  describeWithPostgres,
  type PostgresServer,
  startPostgres,
} from '../helpers/postgres-server.js'
import { verbs } from './contract/verbs.js'
import { emptyStore } from './postgres-store.js'

describeWithPostgres('the schema', () => {
  let server: PostgresServer
  let pool: pg.Pool
  beforeAll(async () => {
    server = await startPostgres()
    pool = server.pool()
  })
  afterAll(() => server?.stop())

  /** Makes a role, and a pool that connects as it. */
  async function connectAs(role: string, ...settings: string[]) {
    await pool.query(`CREATE ROLE ${role} LOGIN`)
    for (const setting of settings) await pool.query(`ALTER ROLE ${role} SET ${setting}`)
    return server.pool({ user: role })
  }
  /** What a role needs that did not migrate: as the comment above the schema says. */
  async function grant(schema: string, role: string) {
    const [usage, tables] = schemaSql(schema).match(/(?<=^-- {3})GRANT .*(?=;$)/gm) ?? []
    for (const each of [usage, tables]) await pool.query(`${each}`.replace('the_role', role))
  }
  const claimVersion = (schema: string, version: number) =>
    pool.query(`CREATE OR REPLACE FUNCTION ${schema}.version() RETURNS integer LANGUAGE sql
      IMMUTABLE AS 'SELECT ${version}'`)

  test('is made by many processes at once, and again later, and stays as it is', async () => {
    const store = () => new PostgresStore({ pool })
    await Promise.all(Array.from({ length: 10 }, () => store().migrate()))
    const { open, answer } = verbs({ store: store(), advance: () => {} })
    await open('first')
    await store().migrate()
    expect(await answer('first')).toEqual({ outcome: 'accepted' })
    expect(await store().check()).toEqual([])
  })

  test('is one statement, so that any tool runs it as a whole', async () => {
    const sql = schemaSql('by_another_tool')
    await pool.query({ name: 'prepared', text: sql }) // several statements can't be prepared
    expect(await new PostgresStore({ pool, schema: 'by_another_tool' }).check()).toEqual([])
  })

  test('may have the name of a word of SQL', async () => {
    const store = new PostgresStore({ pool, schema: 'user' })
    await store.migrate()
    const { open, answer } = verbs({ store, advance: () => {} })
    await open('first')
    expect(await answer('first')).toEqual({ outcome: 'accepted' })
    expect(await store.check()).toEqual([])
  })

  test('an older one is brought up to date', async () => {
    const store = new PostgresStore({ pool, schema: 'older' })
    await pool.query('CREATE SCHEMA older')
    await claimVersion('older', SCHEMA_VERSION - 1)
    expect(await store.check()).toEqual([
      'The schema "older" has version 0, not 1: call store.migrate().',
    ])
    await store.migrate()
    expect(await store.check()).toEqual([])
    const { open, answer } = verbs({ store, advance: () => {} })
    await open('first')
    expect(await answer('first')).toEqual({ outcome: 'accepted' })
  })

  test('a newer one is left alone', async () => {
    const store = await emptyStore(pool)
    await claimVersion(store.schema, 7)
    await expect(store.migrate()).rejects.toThrow(/has version 7, made by a newer/)
    expect(await store.check()).toEqual([
      `The schema "${store.schema}" has version 7, not 1: it was made by a newer passport-email-otp; update the package here.`,
    ])
  })

  test('a failure on the way leaves nothing half made', async () => {
    const visitor = await connectAs('visitor')
    const store = new PostgresStore({ pool: visitor, schema: 'half_made' })
    await expect(store.migrate()).rejects.toThrow(/permission denied/)
    await pool.query('CREATE SCHEMA half_made AUTHORIZATION visitor')
    await pool.query('CREATE TABLE half_made.challenges (in_the_way int)')
    await expect(store.migrate()).rejects.toThrow(/already exists/)
    await pool.query('DROP TABLE half_made.challenges')
    await store.migrate() // nor does a role need rights on the database where the schema is there
    expect(await store.check()).toEqual([])
  })

  test('a role with the rights that the schema names can do all, and migrate nothing', async () => {
    const { schema } = await emptyStore(pool)
    const store = new PostgresStore({ pool: await connectAs('granted'), schema })
    await grant(schema, 'granted')
    await store.migrate() // finds nothing to do
    const { open, guess, answer, cancel } = verbs({ store, advance: () => {} })
    await open('first')
    expect(await guess('first')).toMatchObject({ outcome: 'wrong' })
    expect(await answer('first')).toEqual({ outcome: 'accepted' })
    await open('second')
    await cancel('second')
    await store.forget({ address: 'alice' })
    expect(await store.check()).toEqual([])
  })

  test('what is missing is said in sentences', async () => {
    const missing = new PostgresStore({ pool, schema: 'nowhere' })
    expect(await missing.check()).toEqual([
      'There is no schema "nowhere" with the store\'s tables: call store.migrate().',
    ])
    const { schema } = await emptyStore(pool)
    const store = new PostgresStore({ pool: await connectAs('poor'), schema })
    expect(await store.check()).toEqual([`The role "poor" lacks USAGE on the schema "${schema}".`])
    await grant(schema, 'poor')
    await pool.query(`REVOKE DELETE ON ${schema}.challenges FROM poor`)
    await pool.query(`REVOKE EXECUTE ON FUNCTION ${schema}.prune FROM public`)
    expect(await store.check()).toEqual([
      `The role "poor" lacks a right on ${schema}.challenges (DELETE).`,
      `The role "poor" may not execute ${schema}.prune.`,
    ])
    await pool.query(`REVOKE EXECUTE ON FUNCTION ${schema}.version FROM public`)
    expect(await store.check()).toContain(`The role "poor" may not execute ${schema}.version.`)
  })

  test('a role that only reads, or isolates more than is good, is found', async () => {
    const { schema } = await emptyStore(pool)
    for (const role of ['reader', 'serial']) await pool.query(`DROP ROLE IF EXISTS ${role}`)
    const reader = await connectAs('reader', 'default_transaction_read_only = on')
    const serial = await connectAs('serial', "default_transaction_isolation = 'serializable'")
    for (const role of ['reader', 'serial']) await grant(schema, role)
    expect(await new PostgresStore({ pool: reader, schema }).check()).toEqual([
      expect.stringContaining('Transactions of the role "reader" are read-only'),
    ])
    expect(await new PostgresStore({ pool: serial, schema }).check()).toEqual([
      expect.stringContaining('Transactions of the role "serial" run as serializable'),
    ])
  })

  test('a database that is not there is an error, not a finding', async () => {
    const closed = server.pool({ port: 1 })
    await expect(new PostgresStore({ pool: closed }).check()).rejects.toThrow(/ECONNREFUSED/)
  })

  test('the default is named like the package', () => {
    expect(DEFAULT_SCHEMA).toBe('passport_email_otp')
    expect(schemaSql(DEFAULT_SCHEMA)).toContain('CREATE TABLE "passport_email_otp".challenges')
  })
})
