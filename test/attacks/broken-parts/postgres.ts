import { HOUR } from '../../helpers/clock.js'
import { until } from '../../helpers/postgres-server.js'
import { FAILS, FORGETS, type Scenario, WORKS } from './part.js'
import { clock, locked, postgres, setting, statement, without } from './postgres-scenarios.js'

// The first of each is what a guess counts. One statement updates them together, so the others run when asked for.
const ADDRESS = ['failures', 'window_end', 'budgets', 'kept_until']
const CHALLENGE = ['attempts_left', 'guessed_at']

/** Takes the right to update one column, and leaves those to the other columns of a guess. */
function withoutColumn(table: string, columns: readonly string[], column: string): Scenario {
  const others = columns.filter((one) => one !== column).join(', ')
  return statement(
    `without the right to UPDATE ${table}.${column}`,
    `REVOKE UPDATE ON schema.${table} FROM app; GRANT UPDATE (${others}) ON schema.${table} TO app`,
    `GRANT UPDATE ON schema.${table} TO app`,
  )
}

/** A full disk is among the faults of each store. */
export const ON_POSTGRES: readonly Scenario[] = [
  setting('default_transaction_read_only', 'on'),
  locked('the table of challenges', (schema) => `LOCK ${schema}.challenges IN SHARE MODE`),
  locked('each address', (schema) => `SELECT FROM ${schema}.addresses FOR UPDATE`, '100ms'),
  locked('each challenge', (schema) => `SELECT FROM ${schema}.challenges FOR UPDATE`, '100ms'),
  postgres('killed and started', ({ server, app }) => [
    { name: 'down', enter: () => server.kill(), ...FAILS },
    {
      name: 'started',
      enter: async () => {
        await server.start()
        await until(() =>
          app.query('SELECT').then(
            () => true,
            () => false,
          ),
        )
      },
      ...WORKS,
    },
  ]),
  without('SELECT', 'schema.challenges'),
  without('UPDATE', 'schema.challenges'),
  without('UPDATE', 'schema.addresses'),
  without('DELETE', 'schema.challenges', WORKS),
  without('ALL', 'ALL SEQUENCES IN SCHEMA x', WORKS),
  ...ADDRESS.map((column, n) => ({
    ...withoutColumn('addresses', ADDRESS, column),
    isLong: n > 0,
  })),
  ...CHALLENGE.map((column, n) => ({
    ...withoutColumn('challenges', CHALLENGE, column),
    isLong: n > 0,
  })),
  clock('an hour back', -HOUR, WORKS),
  clock('an hour forward', HOUR, FORGETS),
]
