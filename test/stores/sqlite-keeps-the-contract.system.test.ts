import { afterAll, beforeAll, test } from 'vitest'
import { newFolder, SQLITE_DRIVERS, type SqliteDriver } from '../helpers/sqlite.js'
import { INSTALL_LIMIT_MS } from '../helpers/test-packages.js'
import { agreesWithTheModel } from './agrees-with-the-model.js'
import { storeContract } from './contract.js'
import { emptyStore, stopBothClocks } from './sqlite-store.js'

for (const { name, describe, load } of SQLITE_DRIVERS) {
  describe(`on SQLite, over ${name}`, () => {
    let driver: SqliteDriver
    let folder: string
    beforeAll(async () => {
      driver = await load()
      folder = newFolder(afterAll)
    }, INSTALL_LIMIT_MS)
    let n = 0
    const makeStore = async () => {
      const { advance } = stopBothClocks()
      const { store, database, close } = await emptyStore(driver, { folder, prefix: `p${n++}_` })
      return {
        store,
        advance,
        evict: () => void database.exec(`DELETE FROM p${n - 1}_challenges`),
        failWrites: () => void database.exec('PRAGMA query_only = ON'),
        close,
      }
    }
    storeContract(makeStore)
    test('answers like the model', { timeout: 180_000 }, () => agreesWithTheModel(makeStore))
  })
}
