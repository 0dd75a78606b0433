import { afterAll, beforeAll, test } from 'vitest'
import {
  describeWithPostgres,
  type PostgresServer,
  startPostgres,
} from '../helpers/postgres-server.js'
import { agreesWithTheModel } from './agrees-with-the-model.js'
import { type ClockedStore, clockedStores } from './postgres-store.js'

describeWithPostgres('PostgreSQL', () => {
  let server: PostgresServer
  let makeStore: () => Promise<ClockedStore>
  beforeAll(async () => {
    server = await startPostgres()
    makeStore = await clockedStores(server.pool())
  })
  afterAll(() => server?.stop())

  test('answers what the model answers', { timeout: 60_000 }, () => agreesWithTheModel(makeStore))
})
