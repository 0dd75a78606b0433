import { afterAll, beforeAll } from 'vitest'
import { SQLITE_DRIVERS } from '../helpers/sqlite.js'
import { INSTALL_LIMIT_MS } from '../helpers/test-packages.js'
import { memory } from './listed/memory.js'
import { postgres } from './listed/postgres.js'
import { redis } from './listed/redis.js'
import { sqlite } from './listed/sqlite.js'
import type { ListedStore, RunningStore } from './listed/store.js'

/**
 * The stores of this package. The contract, the races, the faults, the growth and the attacks on an application are
 * tested with each of them. A new store is one line here, and a file in `listed/` that starts and controls it. The
 * other clients of a server are tested in `redis-other-clients.test.ts` and `postgres-other-clients.test.ts`: with
 * calls whose answers have every form, because the rules themselves are on the server.
 *
 * What MySQL or MariaDB would need, which are not supported yet:
 *
 * - `describe` and `start`: a server of the Debian package mariadb-server, and mysql2 in `test/packages/`.
 * - Keys in a binary collation: the usual ones ignore case and trailing spaces, so that two hashes could be one.
 * - One stored procedure for each method. Its transaction has to be READ COMMITTED: under REPEATABLE READ, the
 *   default, a read after the wait for a lock still sees the data from before it.
 * - `innodb_rollback_on_timeout`, or a handler that rolls back: after a lock time-out InnoDB undoes only the last
 *   statement, so that half of a count could be committed. The time-out is 50 seconds unless it is set.
 * - A deadlock has rolled the transaction back, so that only this error may be tried again.
 * - `migrate()` in steps that can each be repeated: CREATE TABLE and CREATE PROCEDURE commit by themselves.
 * - `clocked()`: a function for the time, as the schema of PostgreSQL has. NOW() stands still during a procedure.
 * - `faults`: read_only, a full tablespace (innodb_data_file_path without autoextend), and a locked row.
 * - `shared()`: a module in `connect/`. `rows()`: the rows of both tables.
 */
export const STORES: readonly ListedStore[] = [
  memory,
  redis,
  postgres,
  ...SQLITE_DRIVERS.map(sqlite),
]

/** Declares tests for stores of the list, on one server or file of each. */
export function everyStore(
  tests: (running: () => RunningStore, listed: ListedStore) => void,
  stores: readonly ListedStore[] = STORES,
): void {
  for (const listed of stores) {
    listed.describe(`on ${listed.name}`, () => {
      let running: RunningStore | undefined
      beforeAll(async () => {
        running = await listed.start()
      }, INSTALL_LIMIT_MS)
      afterAll(() => running?.stop())
      tests(() => {
        if (running === undefined) throw new Error(`${listed.name} was not started`)
        return running
      }, listed)
    })
  }
}
