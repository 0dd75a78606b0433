import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { PostgresStore } from 'passport-email-otp/postgres'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  describeWithPostgres,
  freePort,
  owner,
  type PostgresServer,
  startPostgres,
} from '../helpers/postgres-server.js'
import { expectEveryVerb } from './every-verb.js'
import { emptyStore } from './postgres-store.js'
import { atOnceOn, countsConcurrentRequests } from './races.js'

const isMissing = spawnSync('pgbouncer', ['--version']).error !== undefined && !process.env.CI
const why = isMissing ? ' (skipped: install the Debian package pgbouncer)' : ''

describeWithPostgres('PostgreSQL behind PgBouncer', () => {
  // In transaction mode, PgBouncer may run each statement on either of its two connections to the server.
  describe.skipIf(isMissing)(`in transaction mode${why}`, () => {
    let server: PostgresServer
    let bouncer: ChildProcess
    let pool: ReturnType<PostgresServer['pool']>
    beforeAll(async () => {
      server = await startPostgres()
      const port = await freePort()
      bouncer = await startBouncer(server, port)
      pool = server.pool({ port, max: 20 })
    })
    afterAll(async () => {
      if (bouncer?.kill('SIGKILL')) await once(bouncer, 'exit')
      await server?.stop()
    })

    test('creates the schema when ten processes migrate at once', async () => {
      const store = new PostgresStore({ pool })
      await Promise.all(Array.from({ length: 10 }, () => store.migrate()))
      expect(await store.check()).toEqual([])
    })

    test('works', async () => expectEveryVerb(await emptyStore(pool)))

    countsConcurrentRequests('of 20 connections', async () => {
      const store = await emptyStore(pool)
      return { store, atOnce: atOnceOn([store]) }
    })
  })
})

async function startBouncer(server: PostgresServer, port: number): Promise<ChildProcess> {
  const file = join(server.directory, 'pgbouncer.ini')
  writeFileSync(
    file,
    `[databases]
postgres = host=127.0.0.1 port=${server.port} user=postgres
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = 2
`,
  )
  const child = spawn('pgbouncer', [file], { ...owner, stdio: ['ignore', 'ignore', 'pipe'] })
  await once(child, 'spawn')
  const lines: string[] = []
  await new Promise<void>((resolve, reject) => {
    createInterface({ input: child.stderr }).on('line', (line) => {
      lines.push(line)
      if (line.includes('process up')) resolve()
    })
    child.once('exit', () => reject(new Error(`pgbouncer ended:\n${lines.join('\n')}`)))
  })
  return child
}
