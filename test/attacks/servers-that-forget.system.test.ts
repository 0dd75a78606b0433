import { readFileSync } from 'node:fs'
import type { ChallengeStore } from 'passport-email-otp'
import { PostgresStore } from 'passport-email-otp/postgres'
import { RedisStore } from 'passport-email-otp/redis'
import { expect, it, onTestFinished } from 'vitest'
import type { RedisStoreClient } from '../../src/stores/redis/client.js'
import { describeWithPostgres, startPostgres } from '../helpers/postgres-server.js'
import {
  describeWithRedis,
  type RedisServer,
  replicated,
  startRedis,
  startRedisCluster,
  until,
} from '../helpers/redis-server.js'
import { exchangeable } from '../helpers/watch-store.js'
import { ADA, createWorld } from '../helpers/world.js'
import { guess, wrongCode } from '../helpers/wrong-code.js'
import {
  type Connected,
  connectIoRedisCluster,
  connectNodeRedis,
  connectNodeRedisCluster,
} from '../stores/redis-clients.js'

const page = readFileSync(new URL('../../docs/stores/redis.md', import.meta.url), 'utf8')

/** Copies as soon as a replica asks, instead of waiting for more of them. */
const NO_WAIT = ['--repl-diskless-sync-delay', '0']

async function started(...options: string[]): Promise<RedisServer> {
  const server = await startRedis(...options)
  onTestFinished(() => server.stop())
  return server
}

async function clientOf(connecting: Promise<Connected>): Promise<RedisStoreClient> {
  const { client, close } = await connecting
  onTestFinished(async () => void (await close()))
  return client
}

describeWithRedis('Redis', () => {
  it('STF-06: evicts the failures of an address: they are 0 again, its codes are dead, and check() warns', async () => {
    const server = await started('--maxmemory-policy', 'allkeys-lru')
    const store = new RedisStore({ client: await clientOf(connectNodeRedis(server)) })
    const { client, codeFor } = await createWorld({ store })
    const [eve, ada] = [client(), client()]
    await guess(eve, await codeFor(eve), 5)
    const code = await codeFor(ada)
    expect(code).toHaveLength(8)
    // Redis chooses by itself what goes; it makes no difference to the store who did it.
    const keys = (await server.cli('KEYS', '*')).split('\n')
    expect(keys).toHaveLength(1)
    await server.cli('DEL', ...keys)

    expect((await ada.enterCode(code)).body.reason).toBe('no_pending_code')
    expect(await codeFor(ada)).toHaveLength(6)
    expect(await store.check()).toEqual([expect.stringContaining('maxmemory-policy')])
    await server.cli('CONFIG', 'SET', 'maxmemory-policy', 'noeviction')
    expect(await store.check()).toEqual([])
    expect(page).toContain('maxmemory-policy noeviction')
  })

  it('STF-07: a fail-over that loses the last writes forgets those guesses, and no more', async () => {
    const primary = await started(...NO_WAIT)
    const replica = await started('--replicaof', '127.0.0.1', `${primary.port}`)
    const storeOn = async (server: RedisServer) =>
      new RedisStore({ client: await clientOf(connectNodeRedis(server)) })
    const { store, moveTo } = exchangeable(await storeOn(primary))
    const { client, codeFor, heard } = await createWorld({ store })
    const [eve, ada] = [client(), client()]
    const code = await codeFor(eve)
    await guess(eve, code, 2)
    await replicated(primary)

    // The replica hears no more, and the primary goes on for a while.
    await replica.cli('REPLICAOF', 'NO', 'ONE')
    const lost = await guess(eve, code, 2)
    expect(lost.map(({ body }) => body.attemptsLeft)).toEqual([2, 1])
    const neverCopied = await codeFor(ada)
    await primary.kill()
    moveTo(await storeOn(replica))

    // The count goes on where the copy ended: five guesses and the two that were lost.
    const after = await guess(eve, code, 4)
    const told = after.map(({ body }) => body.attemptsLeft ?? body.reason)
    expect(told).toEqual([2, 1, 0, 'too_many_attempts'])
    const counts = (await heard('rejected', 8)).map(({ failures }) => failures)
    expect(counts).toEqual([1, 2, 3, 4, 3, 4, 5, undefined])
    expect((await eve.enterCode(code)).status).toBe(429)
    // What the copy doesn't know never verifies.
    expect((await ada.enterCode(neverCopied)).body.reason).toBe('no_pending_code')
    expect(await codeFor(ada)).toHaveLength(8)
  })

  it('STO-05: all that a cluster keeps of an address is in one slot, and no request crosses slots', async () => {
    const cluster = await startRedisCluster()
    onTestFinished(() => cluster.stop())
    for (const connect of [connectNodeRedisCluster, connectIoRedisCluster]) {
      for (const node of cluster.nodes) await node.cli('FLUSHALL')
      const store = new RedisStore({ client: await clientOf(connect(cluster.nodes)) })
      const { client, codeFor, events } = await createWorld({ store })
      const addresses = Array.from({ length: 6 }, (_, n) => `ada${n}@example.com`)
      for (const email of addresses) {
        const [ada, eve] = [client(), client()]
        await codeFor(eve, email)
        const code = await codeFor(ada, email)
        expect((await ada.enterCode(wrongCode(code))).status).toBe(401)
        expect((await ada.enterCode(code)).status).toBe(200)
      }
      expect(events.filter(({ type }) => type === 'store_failed')).toEqual([])
      const slots = new Map<string, Set<string>>()
      for (const node of cluster.nodes) {
        const keys = (await node.cli('KEYS', '*')).split('\n').filter(Boolean)
        for (const key of keys) {
          const address = /\{(.+)\}/.exec(key)?.[1] ?? `no hash tag in ${key}`
          const slot = await node.cli('CLUSTER', 'KEYSLOT', key)
          slots.set(address, (slots.get(address) ?? new Set()).add(slot))
        }
      }
      expect(slots.size).toBe(addresses.length)
      expect([...slots.values()].map(({ size }) => size)).toEqual(addresses.map(() => 1))
      expect(new Set([...slots.values()].flatMap((all) => [...all])).size).toBeGreaterThan(1)
    }
  })

  it('STO-06: a replica can answer neither request, and check() says what it is', async () => {
    const primary = await started(...NO_WAIT)
    const replica = await started('--replicaof', '127.0.0.1', `${primary.port}`)
    const onPrimary = new RedisStore({ client: await clientOf(connectNodeRedis(primary)) })
    const onReplica = new RedisStore({ client: await clientOf(connectNodeRedis(replica)) })
    await expectReadOnly(onPrimary, onReplica, () => replicated(primary))
    expect(await onReplica.check()).toEqual([expect.stringContaining('replica')])
  })
})

describeWithPostgres('PostgreSQL', () => {
  it('STO-06: a standby can answer neither request, and check() says what it is', async () => {
    const primary = await startPostgres()
    onTestFinished(() => primary.stop())
    const onPrimary = new PostgresStore({ pool: primary.pool() })
    await onPrimary.migrate()
    const standby = await primary.startStandby()
    const pool = standby.pool()
    const onStandby = new PostgresStore({ pool })
    await expectReadOnly(onPrimary, onStandby, async () => {
      const rows = 'SELECT count(*) FROM passport_email_otp.challenges'
      await until(async () => Number((await pool.query(rows)).rows[0].count) === 1)
    })
    expect(await onStandby.check()).toEqual([expect.stringContaining('standby')])
  })
})

/** Both kinds of request change something, so that a copy which only reads must refuse them. */
async function expectReadOnly(
  primary: ChallengeStore,
  copy: ChallengeStore,
  copied: () => Promise<void>,
): Promise<void> {
  const { store, moveTo } = exchangeable(primary)
  const { client, codeFor } = await createWorld({ store })
  const ada = client()
  const code = await codeFor(ada)
  await copied()
  moveTo(copy)
  const entered = [await ada.enterCode(wrongCode(code)), await ada.enterCode(code)]
  for (const { status, body } of [...entered, await client().requestCode(ADA)]) {
    expect([status, body.code]).toEqual([503, 'store_failed'])
  }
  expect((await ada.home()).status).toBe(401)
  moveTo(primary)
  expect((await ada.enterCode(code)).status).toBe(200)
}
