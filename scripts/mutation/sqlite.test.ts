import { testStore } from 'passport-email-otp/testing'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { SQLITE_DRIVERS } from '../../test/helpers/sqlite.js'
import { INSTALL_LIMIT_MS } from '../../test/helpers/test-packages.js'
import { growsWithinBounds } from '../../test/stores/growth.js'
import { sqlite } from '../../test/stores/listed/sqlite.js'
import type { RunningStore } from '../../test/stores/listed/store.js'

// The contract and the growth on SQLite without the other stores, whose servers would be started again for each change of the code.
// node:sqlite where this Node.js has it, because better-sqlite3 may have to be compiled.
const driver = SQLITE_DRIVERS.findLast(({ isMissing }) => isMissing === undefined)

describe('SqliteStore', () => {
  let running: RunningStore | undefined
  beforeAll(async () => {
    running = driver && (await sqlite(driver).start())
  }, INSTALL_LIMIT_MS)
  afterAll(() => running?.stop())
  const started = () => {
    if (running === undefined) throw new Error('No driver of SQLite was started')
    return running
  }
  testStore(() => started().clocked(), { describe, test })
  growsWithinBounds(started)
})
