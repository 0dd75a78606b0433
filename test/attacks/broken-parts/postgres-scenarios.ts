import { PostgresStore } from 'passport-email-otp/postgres'
import type pg from 'pg'
import { afterAll, beforeAll } from 'vitest'
import { type PostgresServer, startPostgres, until } from '../../helpers/postgres-server.js'
import { emptyStore, stopTheClockOf } from '../../stores/postgres-store.js'
import {
  type BrokenPart,
  FAILS,
  type Phase,
  type Said,
  type Scenario,
  SOON,
  WORKS,
} from './part.js'

const nothing = () => {}

/** A new schema, whose superuser is `admin` and whose application is the role `app`. */
interface Database {
  readonly server: PostgresServer
  readonly admin: pg.Pool
  readonly schema: string
  readonly app: pg.Pool
}

type Phases = (database: Database) => readonly Phase[]
type Repair = (database: Database) => unknown

let server: PostgresServer
let admin: pg.Pool

/** Starts the server that all scenarios use. */
export function usePostgres(): void {
  beforeAll(async () => {
    server = await startPostgres()
    admin = server.pool()
    await admin.query('CREATE ROLE app LOGIN')
  })
  afterAll(() => server?.stop())
}

/** A scenario on a schema of its own. */
export function postgres(
  name: string,
  phases: Phases,
  repair: Repair = nothing,
  options: BrokenPart['options'] = {},
): Scenario {
  return {
    name: `PostgreSQL ${name}`,
    setUp: async () => {
      const { schema } = await emptyStore(admin)
      await admin.query(`GRANT USAGE ON SCHEMA ${schema} TO app`)
      await admin.query(`GRANT ALL ON ALL TABLES IN SCHEMA ${schema} TO app`)
      await admin.query(`GRANT ALL ON ALL SEQUENCES IN SCHEMA ${schema} TO app`)
      const app = server.pool({ user: 'app', max: 5 })
      const database = { server, admin, schema, app }
      return {
        store: new PostgresStore({ pool: app, schema }),
        options,
        phases: phases(database),
        repair: () => repair(database),
      }
    },
  }
}

/** A scenario of one state, which statements bring about and end. `schema` in them is the schema. */
export function statement(
  name: string,
  broken: string,
  repaired: string,
  said: Said = FAILS,
): Scenario {
  const run = async ({ admin, schema }: Database, sql: string) => {
    await admin.query(
      sql.replaceAll('schema.', `${schema}.`).replaceAll('SCHEMA x', `SCHEMA ${schema}`),
    )
  }
  return postgres(
    name,
    (database) => [{ name, enter: () => run(database, broken), ...said }],
    (database) => run(database, repaired),
  )
}

/** Takes a right from the application. */
export function without(right: string, on: string, said: Said = FAILS): Scenario {
  const name = `without the right to ${right} ${on.replace('schema.', '')}`.replace(
    ' SCHEMA x',
    ' its schema',
  )
  return statement(
    name,
    `REVOKE ${right} ON ${on} FROM app`,
    `GRANT ${right} ON ${on} TO app`,
    said,
  )
}

/** Runs a statement about the role of the application, whose connections are then made anew. */
async function renewed({ admin, app }: Database, sql: string): Promise<void> {
  await admin.query(sql)
  await admin.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'app'`)
  await until(() => app.totalCount === 0)
}

/** A setting of the application's role. */
export function setting(name: string, value: string): Scenario {
  const set = `ALTER ROLE app SET ${name} = ${value}`
  return postgres(
    `with ${name} = ${value}`,
    (database) => [{ name, enter: () => renewed(database, set), ...FAILS }],
    (database) => renewed(database, `ALTER ROLE app RESET ${name}`),
  )
}

/** Another session holds a lock. Queries wait for it, or end after a `statement_timeout`. */
export function locked(what: string, lock: (schema: string) => string, timeout?: string): Scenario {
  let holder: pg.PoolClient
  return postgres(
    `while ${what} is locked${timeout ? ', with a statement_timeout' : ''}`,
    (database) => [
      {
        name: 'locked',
        enter: async () => {
          if (timeout)
            await renewed(database, `ALTER ROLE app SET statement_timeout = '${timeout}'`)
          holder = await database.admin.connect()
          await holder.query('BEGIN')
          await holder.query(lock(database.schema))
        },
        ...FAILS,
      },
    ],
    async (database) => {
      await holder.query('ROLLBACK')
      holder.release()
      if (timeout) await renewed(database, 'ALTER ROLE app RESET statement_timeout')
    },
    timeout ? {} : SOON,
  )
}

/** The clock of the database is set while codes are pending, that of the application is not. */
export function clock(name: string, ms: number, said: Said): Scenario {
  let advance: (ms: number) => Promise<void>
  return postgres(`whose clock is ${name}`, ({ admin, schema }) => [
    {
      name: 'before',
      enter: async () => {
        advance = await stopTheClockOf(admin, schema)
        await admin.query(`GRANT SELECT ON ${schema}.test_clock TO app`)
      },
      ...WORKS,
    },
    { name, enter: () => advance(ms), ...said },
    { name: 'set right', enter: () => advance(-ms), ...WORKS },
  ])
}
