import { RedisStore } from 'passport-email-otp/redis'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { describeWithRedis, type RedisCluster, startRedisCluster } from '../helpers/redis-server.js'
import { verbs } from './contract/verbs.js'
import { atOnceOn, countsConcurrentRequests } from './races.js'
import {
  type Connected,
  connectIoRedisCluster,
  connectNodeRedisCluster,
  newPrefix,
} from './redis-clients.js'

describeWithRedis('RedisStore on a cluster', () => {
  let cluster: RedisCluster
  let connections: Connected[] = []
  beforeAll(async () => {
    cluster = await startRedisCluster()
    connections = [
      await connectNodeRedisCluster(cluster.nodes),
      await connectIoRedisCluster(cluster.nodes),
    ]
  }, 30_000)
  afterAll(async () => {
    for (const { close } of connections) await close()
    await cluster?.stop()
  })
  /** A store over each client. All use the same keys. */
  const storesOn = (prefix: string) =>
    connections.map(({ client }) => new RedisStore({ client, prefix })) as [RedisStore, RedisStore]

  countsConcurrentRequests('of both clients', async () => {
    const stores = storesOn(newPrefix())
    return { store: stores[0], atOnce: atOnceOn(stores) }
  })

  test('spreads addresses over the nodes, and keeps all data of one address in one slot', async () => {
    const prefix = newPrefix()
    const [{ open, resend }, { guess, verify }] = storesOn(prefix).map((store) =>
      verbs({ store, advance: () => {} }),
    ) as [ReturnType<typeof verbs>, ReturnType<typeof verbs>]
    for (let i = 0; i < 60; i += 1) {
      const address = { address: `address ${i}` }
      await open('first', address)
      await guess('first', address)
      const resent = await resend('first', 'second', { ...address, spacingMs: 0 })
      expect(resent).toEqual({ outcome: 'reopened' })
      expect(await verify('first', address)).toEqual({ outcome: 'accepted', failures: 1 })
    }
    const counts = await Promise.all(
      cluster.nodes.map(async (node) => (await node.cli('KEYS', `${prefix}*`)).split('\n').length),
    )
    for (const count of counts) expect(count).toBeGreaterThan(5)
    expect(counts.reduce((sum, count) => sum + count)).toBe(60) // one key for each address
  })
})
