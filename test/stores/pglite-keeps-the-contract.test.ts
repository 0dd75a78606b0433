import { PGlite } from '@electric-sql/pglite'
import { afterAll, beforeAll, describe } from 'vitest'
import { storeContract } from './contract.js'
import { clockedStores } from './postgres-store.js'

describe('on PGlite', () => {
  let db: PGlite
  let makeStore: Awaited<ReturnType<typeof clockedStores>>
  beforeAll(async () => {
    db = await PGlite.create()
    makeStore = await clockedStores(db)
  }, 60_000)
  afterAll(() => db?.close())
  storeContract(() => makeStore())
})
