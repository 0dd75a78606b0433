import { once } from 'node:events'
import { createRequire } from 'node:module'
import { type AddressInfo, connect as openSocket } from 'node:net'
import { dirname, join } from 'node:path'
import { PostgresStore } from 'passport-email-otp/postgres'
import type pg from 'pg'
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest'
import { compileDocumented, runDocumented } from '../helpers/documented-program.js'
import { startPglite } from '../helpers/pglite.js'
import {
  describeWithPostgres,
  type PostgresServer,
  startPostgres,
} from '../helpers/postgres-server.js'
import { INSTALL_LIMIT_MS, testPackages } from '../helpers/test-packages.js'
import { expectEveryVerb } from './every-verb.js'
import { emptyStore } from './postgres-store.js'

vi.setConfig({ testTimeout: 60_000, hookTimeout: INSTALL_LIMIT_MS })

let folder: string
let load: NodeJS.Require
beforeAll(async () => {
  folder = dirname(await testPackages('postgres-clients'))
  load = createRequire(join(folder, 'test.js'))
})

describeWithPostgres('the program for', () => {
  let server: PostgresServer
  let admin: pg.Pool
  beforeAll(async () => {
    server = await startPostgres()
    admin = server.pool({ max: 1 })
  })
  afterAll(() => server?.stop())

  /** Runs a program of the page, and the whole contract of the store's methods with it. */
  async function expectWorking(
    heading: string,
    { closable, replace = {} }: { closable: string; replace?: Record<string, string> },
  ): Promise<void> {
    await admin.query('DROP SCHEMA IF EXISTS passport_email_otp CASCADE')
    const { store, closing } = (await runDocumented({
      document: 'docs/stores/clients.md',
      heading,
      returns: [`store: postgresStore, closing: ${closable}`],
      env: { DATABASE_URL: `postgres://postgres@127.0.0.1:${server.port}/postgres` },
      replace,
      folder,
    })) as { store: PostgresStore; closing: { end?(): unknown; destroy?(): unknown } }
    onTestFinished(async () => void (await (closing.end ?? closing.destroy)?.call(closing)))
    await store.migrate() // a second time, as at every start
    await expectEveryVerb(store)
  }

  test('pg works', () => expectWorking('pg', { closable: 'pool' }))
  test('Drizzle works', () => expectWorking('Drizzle', { closable: 'db.$client' }))
  test('Kysely works', () => expectWorking('Kysely', { closable: 'pool' }))
  test('Knex works', () => expectWorking('Knex', { closable: 'db' }))
  test('postgres.js works', () => expectWorking('postgres.js', { closable: 'sql' }))

  test('PGlite works', async () => {
    const db = await startPglite()
    onTestFinished(() => db.close())
    await expectEveryVerb(await emptyStore(db))
  })

  test('Neon works over its WebSocket', async () => {
    const { port, connections } = await startWebSocketProxy(server.port)
    const settings = `neonConfig.wsProxy = () => '127.0.0.1:${port}'
neonConfig.useSecureWebSocket = false
neonConfig.pipelineTLS = false
neonConfig.pipelineConnect = false
const pool =`
    await expectWorking('Neon', { closable: 'pool', replace: { 'const pool =': settings } })
    expect(connections.count).toBeGreaterThan(0)
  })

  /** Leads what comes over a WebSocket to a server, as the proxy of Neon does. */
  async function startWebSocketProxy(to: number) {
    const { WebSocketServer } = load('ws')
    const connections = { count: 0 }
    const proxy = new WebSocketServer({ port: 0, host: '127.0.0.1' })
    proxy.on('connection', (near: WebSocketLike) => {
      connections.count += 1
      const far = openSocket(to, '127.0.0.1')
      far.on('data', (data) => near.send(data)).on('close', () => near.close())
      far.on('error', () => {})
      near.on('message', (data) => far.write(data))
      near.on('close', () => far.destroy())
    })
    onTestFinished(() => proxy.close())
    await once(proxy, 'listening')
    return { port: (proxy.address() as AddressInfo).port, connections }
  }
})

interface WebSocketLike {
  send(data: Buffer): void
  close(): void
  on(event: string, listener: (data: Buffer) => void): void
}

test('the programs compile in strict TypeScript', async () => {
  const packages = [
    '@neondatabase/serverless',
    '@types/ws',
    'drizzle-orm',
    'knex',
    'kysely',
    'postgres',
  ]
  expect(await compileDocumented('PostgreSQL', folder, packages)).toBe('')
})

const URL = 'postgres://ann:secret@127.0.0.1:1/acme'
const kysely = () => {
  const { Kysely, PostgresDialect } = load('kysely')
  return new Kysely({ dialect: new PostgresDialect({ pool: new (load('pg').Pool)() }) })
}

test.each<[string, () => unknown, string]>([
  [
    'neon(url)',
    () => load('@neondatabase/serverless').neon(URL),
    'pass a Pool of @neondatabase/serverless',
  ],
  ['a function of postgres.js', () => load('postgres')(URL), 'sql.unsafe(text, values)'],
  ['a Drizzle database', () => load('drizzle-orm/node-postgres').drizzle(URL), 'pass its $client'],
  ['Kysely', kysely, 'pass the Pool'],
  ['Knex', () => load('knex')({ client: 'pg', connection: URL }), 'this is Knex'],
  ['a URL', () => URL, 'must be a Pool of "pg"'],
])('PostgresStore rejects %s, and says what to pass', (_what, client, words) => {
  const pool = client()
  const make = () => new PostgresStore({ pool: pool as never })
  expect(make).toThrow(TypeError)
  expect(make).toThrow(words)
  expect(make).not.toThrow('secret')
})
