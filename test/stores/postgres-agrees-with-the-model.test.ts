import { afterAll, beforeAll, test } from 'vitest'
import {
  describeWithPostgres,
  type PostgresServer,
  startPostgres,
} from '../helpers/postgres-server.js'
import { agreesWithTheModel } from './agrees-with-the-model.js'
import { type ClockedStore, clockedStores } from './postgres-store.js'

describeWithPostgres('PostgresStore', () => {
  let server: PostgresServer
  let makeStore: () => Promise<ClockedStore>
  beforeAll(async () => {
    server = await startPostgres()
    makeStore = await clockedStores(server.pool())
  })
  afterAll(() => server?.stop())

  test('answers like the model', { timeout: 180_000 }, () => agreesWithTheModel(makeStore))
})
