import { Cluster } from 'ioredis'
import { createCluster } from 'redis'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import type { RedisStoreClient } from '../../src/stores/redis/client.js'
import {
  describeWithRedis,
  type RedisCluster,
  type RedisServer,
  replicated,
  startRedisCluster,
  until,
} from '../helpers/redis-server.js'
import { wrongCode } from '../helpers/wrong-code.js'
import { expectNoUnhandledRejection, worldOn } from './redis-world.js'

expectNoUnhandledRejection()

const ignore = () => {}

const clients: [string, (nodes: readonly RedisServer[]) => RedisStoreClient][] = [
  [
    'node-redis',
    (nodes) => {
      const client = createCluster({
        rootNodes: nodes.map(({ url }) => ({ url })),
        defaults: { disableOfflineQueue: true, socket: { reconnectStrategy: 50 } },
      }).on('error', ignore)
      client.connect().catch(ignore)
      onTestFinished(() => client.destroy())
      return client
    },
  ],
  [
    'ioredis',
    (nodes) => {
      const addresses = nodes.map(({ port }) => ({ host: '127.0.0.1', port }))
      const client = new Cluster(addresses, {
        clusterRetryStrategy: () => 50,
        redisOptions: { autoResendUnfulfilledCommands: false },
      }).on('error', ignore)
      onTestFinished(() => client.disconnect())
      return client
    },
  ],
]

for (const [name, connect] of clients) {
  describeWithRedis(`an application with ${name} on a cluster`, () => {
    let cluster: RedisCluster
    beforeAll(async () => {
      cluster = await startRedisCluster({ replicas: 1 })
    }, 60_000)
    afterAll(() => cluster?.stop())

    /** Returns the only key, and the primary that has it. */
    async function keyAndPrimary(): Promise<{ key: string; primary: RedisServer }> {
      for (const primary of cluster.nodes) {
        const isPrimary = (await primary.cli('ROLE')).startsWith('master')
        const [key = ''] = isPrimary ? (await primary.cli('KEYS', '*')).split('\n') : []
        if (key !== '') return { key, primary }
      }
      throw new Error('No primary has a key')
    }

    test('follows a slot that moves between and during the requests', {
      timeout: 30_000,
    }, async () => {
      const world = await worldOn(connect(cluster.nodes))
      const code = await world.requestUntilSent()
      const { key, primary } = await keyAndPrimary()
      const target = cluster.primaries.find((node) => node !== primary) as RedisServer
      const slot = await primary.cli('CLUSTER', 'KEYSLOT', key)
      const [primaryId, targetId] = [
        await primary.cli('CLUSTER', 'MYID'),
        await target.cli('CLUSTER', 'MYID'),
      ]
      const guess = async (attemptsLeft: number) =>
        expect((await world.enterCode(wrongCode(code))).body).toMatchObject({ attemptsLeft })

      await target.cli('CLUSTER', 'SETSLOT', slot, 'IMPORTING', primaryId)
      await primary.cli('CLUSTER', 'SETSLOT', slot, 'MIGRATING', targetId)
      await guess(4) // the key has not moved yet
      await primary.cli('MIGRATE', '127.0.0.1', `${target.port}`, key, '0', '5000')
      await guess(3) // the old node redirects to the new one
      await target.cli('CLUSTER', 'SETSLOT', slot, 'NODE', targetId)
      await primary.cli('CLUSTER', 'SETSLOT', slot, 'NODE', targetId)
      await guess(2) // the slot has moved
      expect((await world.enterCode(code)).status).toBe(200)
      await world.expectSignedIn()
      expect((await world.enterCode(code)).body).toMatchObject({ reason: 'no_pending_code' })
    })

    test('accepts a code once after a primary has died and its replica was promoted', {
      timeout: 60_000,
    }, async () => {
      for (const node of cluster.primaries) await node.cli('FLUSHALL')
      const world = await worldOn(connect(cluster.nodes))
      const code = await world.requestUntilSent()
      const { primary } = await keyAndPrimary()
      await replicated(primary)
      await primary.kill()
      const answers: { status: number; body: { reason?: string } }[] = []
      await until(async () => {
        const begun = performance.now()
        const answer = await world.enterCode(code)
        expect(performance.now() - begun).toBeLessThan(2_500)
        answers.push(answer)
        return answer.status !== 503
      })
      // A failed attempt may have been executed late. Then the code is used up.
      const last = answers.at(-1)
      if (last?.status !== 200) {
        expect(last?.body).toMatchObject({ reason: 'no_pending_code' })
        await world.expectSignedOut()
      } else {
        await world.expectSignedIn()
      }
      expect((await world.enterCode(code)).body).toMatchObject({ reason: 'no_pending_code' })
      expect((await world.enterCode(await world.requestUntilSent())).status).toBe(200)
    })
  })
}
