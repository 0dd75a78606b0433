import { afterAll, beforeAll } from 'vitest'
import {
  describeWithPostgres,
  type PostgresServer,
  startPostgres,
} from '../helpers/postgres-server.js'
import { storeContract } from './contract.js'
import { clockedStores } from './postgres-store.js'

describeWithPostgres('on PostgreSQL', () => {
  let server: PostgresServer
  let makeStore: Awaited<ReturnType<typeof clockedStores>>
  beforeAll(async () => {
    server = await startPostgres()
    makeStore = await clockedStores(server.pool({ max: 20 }))
  })
  afterAll(() => server?.stop())
  storeContract(() => makeStore())
})
