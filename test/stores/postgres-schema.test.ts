import { PostgresStore } from 'passport-email-otp/postgres'
import { expect, test } from 'vitest'
import { DEFAULT_SCHEMA, SCHEMA_VERSION, schemaSql } from '../../src/stores/postgres/schema.js'
import { describeWithPostgres, usePostgres } from '../helpers/postgres-server.js'
import { expectNamed, rejectionOf } from '../helpers/rejects-option.js'
import { verbs } from './contract/verbs.js'
import { expectEveryVerb } from './every-verb.js'
import { emptyStore } from './postgres-store.js'

/** Expects these problems of `check()` in this order, each by what it names. */
async function expectProblems(
  store: PostgresStore,
  ...expected: readonly (readonly (string | number)[])[]
): Promise<void> {
  const problems = await store.check()
  expect(problems).toHaveLength(expected.length)
  for (const [n, names] of expected.entries()) expectNamed(problems[n] ?? '', ...names)
}

describeWithPostgres('the PostgreSQL schema', () => {
  const postgres = usePostgres()

  /** Creates a role, and returns a pool that connects as that role. */
  async function connectAs(role: string, ...settings: string[]) {
    await postgres.pool.query(`CREATE ROLE ${role} LOGIN`)
    for (const setting of settings) await postgres.pool.query(`ALTER ROLE ${role} SET ${setting}`)
    return postgres.server.pool({ user: role })
  }
  /** Grants a role what the comment in the schema says. */
  async function grant(schema: string, role: string) {
    const grants = schemaSql(schema).match(/(?<=^-- {3})GRANT .*(?=;$)/gm) ?? []
    expect(grants).toHaveLength(3)
    for (const each of grants) await postgres.pool.query(each.replace('the_role', role))
  }
  const setVersion = (schema: string, version: number) =>
    postgres.pool.query(`CREATE OR REPLACE FUNCTION ${schema}.version() RETURNS integer LANGUAGE sql
      IMMUTABLE AS 'SELECT ${version}'`)

  test('is created once by many processes at once, and is not changed by a later migrate()', async () => {
    const store = () => new PostgresStore({ pool: postgres.pool })
    await Promise.all(Array.from({ length: 10 }, () => store().migrate()))
    const { open, verify } = verbs({ store: store(), advance: () => {} })
    await open('first')
    await store().migrate()
    expect(await verify('first')).toEqual({ outcome: 'accepted', failures: 0 })
    expect(await store().check()).toEqual([])
  })

  test('is created by one statement, so that any tool runs all of it or nothing', async () => {
    const sql = schemaSql('by_another_tool')
    await postgres.pool.query({ name: 'prepared', text: sql }) // PostgreSQL prepares only single statements
    expect(
      await new PostgresStore({ pool: postgres.pool, schema: 'by_another_tool' }).check(),
    ).toEqual([])
  })

  test('can have a keyword of SQL as its name', async () => {
    const store = new PostgresStore({ pool: postgres.pool, schema: 'user' })
    await store.migrate()
    await expectEveryVerb(store)
  })

  test('is updated by migrate() if it is older', async () => {
    const store = new PostgresStore({ pool: postgres.pool, schema: 'older' })
    await postgres.pool.query('CREATE SCHEMA older')
    await setVersion('older', SCHEMA_VERSION - 1)
    await expectProblems(store, ['"older"', SCHEMA_VERSION - 1, SCHEMA_VERSION, 'migrate()'])
    await store.migrate()
    await expectEveryVerb(store)
  })

  test('is not changed by migrate() if it is newer', async () => {
    const store = await emptyStore(postgres.pool)
    await setVersion(store.schema, 7)
    expectNamed(await rejectionOf(store.migrate()), store.schema, 7, SCHEMA_VERSION)
    await expectProblems(store, [`"${store.schema}"`, 7, SCHEMA_VERSION, 'passport-email-otp'])
    expect((await store.check()).join()).not.toContain('migrate()')
  })

  test('is not created in part when migrate() fails', async () => {
    const visitor = await connectAs('visitor')
    const store = new PostgresStore({ pool: visitor, schema: 'half_made' })
    await expect(store.migrate()).rejects.toThrow(/permission denied/)
    await postgres.pool.query('CREATE SCHEMA half_made AUTHORIZATION visitor')
    await postgres.pool.query('CREATE TABLE half_made.challenges (in_the_way int)')
    await expect(store.migrate()).rejects.toThrow(/already exists/)
    await postgres.pool.query('DROP TABLE half_made.challenges')
    await store.migrate() // needs no right to create schemas, because the schema exists
    expect(await store.check()).toEqual([])
  })

  test('can be used with the privileges in its comment by a role that did not create it', async () => {
    const { schema } = await emptyStore(postgres.pool)
    const store = new PostgresStore({ pool: await connectAs('granted'), schema })
    await grant(schema, 'granted')
    await store.migrate() // changes nothing
    await expectEveryVerb(store)
  })

  test('is reported by check() if it is missing or if the role lacks privileges', async () => {
    const missing = new PostgresStore({ pool: postgres.pool, schema: 'nowhere' })
    await expectProblems(missing, ['"nowhere"', 'migrate()'])
    const { schema } = await emptyStore(postgres.pool)
    const store = new PostgresStore({ pool: await connectAs('poor'), schema })
    await expectProblems(store, ['"poor"', 'USAGE', `"${schema}"`])
    await grant(schema, 'poor')
    await postgres.pool.query(`REVOKE DELETE ON ${schema}.challenges FROM poor`)
    await postgres.pool.query(`REVOKE UPDATE ON SEQUENCE ${schema}.addresses_pruned FROM poor`)
    await postgres.pool.query(`REVOKE SELECT ON SEQUENCE ${schema}.challenges_pruned FROM poor`)
    await postgres.pool.query(`REVOKE EXECUTE ON FUNCTION ${schema}.prune FROM public`)
    const lacking = [
      ['"poor"', `${schema}.addresses_pruned`, 'UPDATE'],
      ['"poor"', `${schema}.challenges`, 'DELETE'],
      ['"poor"', `${schema}.challenges_pruned`, 'SELECT'],
      ['"poor"', `${schema}.prune`, 'EXECUTE'],
    ]
    await expectProblems(store, ...lacking)
    await postgres.pool.query(`REVOKE EXECUTE ON FUNCTION ${schema}.version FROM public`)
    await expectProblems(store, ...lacking, ['"poor"', `${schema}.version`, 'EXECUTE'])
  })

  test('is reported by check() if transactions are read-only or not read committed', async () => {
    const { schema } = await emptyStore(postgres.pool)
    const reader = await connectAs('reader', 'default_transaction_read_only = on')
    const serial = await connectAs('serial', "default_transaction_isolation = 'serializable'")
    for (const role of ['reader', 'serial']) await grant(schema, role)
    const readOnly = ['"reader"', 'default_transaction_read_only']
    await expectProblems(new PostgresStore({ pool: reader, schema }), readOnly)
    const serializable = ['"serial"', 'serializable', 'default_transaction_isolation']
    await expectProblems(new PostgresStore({ pool: serial, schema }), serializable)
  })

  test('makes check() reject, instead of reporting a problem, if the database cannot be reached', async () => {
    const closed = postgres.server.pool({ port: 1 })
    await expect(new PostgresStore({ pool: closed }).check()).rejects.toThrow(/ECONNREFUSED/)
  })

  test('is named like the package by default', () => {
    expect(DEFAULT_SCHEMA).toBe('passport_email_otp')
    expect(schemaSql(DEFAULT_SCHEMA)).toContain('CREATE TABLE "passport_email_otp".challenges')
  })
})
