import { join } from 'node:path'
import { SqliteStore } from 'passport-email-otp/sqlite'
import { afterAll, beforeAll, describe } from 'vitest'
import { newFolder, SQLITE_DRIVERS } from '../helpers/sqlite.js'
import { INSTALL_LIMIT_MS } from '../helpers/test-packages.js'
import { behavesAsOneProcess } from './one-sign-in.js'

describe('four processes on one SQLite file', () => {
  // The app uses the driver of Node.js where there is one.
  const { load } = SQLITE_DRIVERS.findLast(({ isMissing }) => !isMissing) ?? SQLITE_DRIVERS[0]
  beforeAll(async () => void (await load()), INSTALL_LIMIT_MS)

  behavesAsOneProcess(
    async () => {
      const driver = await load()
      const file = join(newFolder(afterAll), 'data.db')
      const database = driver.open(file)
      const store = new SqliteStore({ database })
      await store.migrate()
      const holder = driver.open(file)
      return {
        env: { DATABASE_URL: `sqlite:${file}` },
        store,
        pause: () => void holder.exec('BEGIN IMMEDIATE'),
        resume: () => void holder.exec('ROLLBACK'),
        stop: async () => {
          holder.close()
          database.close()
        },
      }
    },
    { hasServer: false },
  )
})
