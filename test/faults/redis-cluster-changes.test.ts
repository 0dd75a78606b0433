import { Cluster } from 'ioredis'
import { createCluster } from 'redis'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { RedisStoreClient } from '../../src/stores/redis/client.js'
import { afterThisTest, wrongCode } from '../helpers/app.js'
import {
  describeWithRedis,
  type RedisCluster,
  type RedisServer,
  replicated,
  startRedisCluster,
  until,
} from '../helpers/redis-server.js'
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
      afterThisTest(() => client.destroy())
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
      afterThisTest(() => client.disconnect())
      return client
    },
  ],
]

for (const [name, connect] of clients) {
  describeWithRedis(`with ${name} on a cluster`, () => {
    let cluster: RedisCluster
    beforeAll(async () => {
      cluster = await startRedisCluster({ replicas: 1 })
    }, 60_000)
    afterAll(() => cluster?.stop())

    /** The one key that there is, and the primary that has it. */
    async function keyAndHome(): Promise<{ key: string; home: RedisServer }> {
      for (const home of cluster.nodes) {
        const isPrimary = (await home.cli('ROLE')).startsWith('master')
        const [key = ''] = isPrimary ? (await home.cli('KEYS', '*')).split('\n') : []
        if (key !== '') return { key, home }
      }
      throw new Error('No primary has a key')
    }

    test('a slot that moves between and during the requests is followed', {
      timeout: 30_000,
    }, async () => {
      const world = await worldOn(connect(cluster.nodes))
      const code = await world.askUntilSent()
      const { key, home } = await keyAndHome()
      const target = cluster.primaries.find((node) => node !== home) as RedisServer
      const slot = await home.cli('CLUSTER', 'KEYSLOT', key)
      const [homeId, targetId] = [
        await home.cli('CLUSTER', 'MYID'),
        await target.cli('CLUSTER', 'MYID'),
      ]
      const guess = async (attemptsLeft: number) =>
        expect((await world.enter(wrongCode(code))).body).toMatchObject({ attemptsLeft })

      await target.cli('CLUSTER', 'SETSLOT', slot, 'IMPORTING', homeId)
      await home.cli('CLUSTER', 'SETSLOT', slot, 'MIGRATING', targetId)
      await guess(4) // still where it was
      await home.cli('MIGRATE', '127.0.0.1', `${target.port}`, key, '0', '5000')
      await guess(3) // the old home says where to ask
      await target.cli('CLUSTER', 'SETSLOT', slot, 'NODE', targetId)
      await home.cli('CLUSTER', 'SETSLOT', slot, 'NODE', targetId)
      await guess(2) // it has moved
      expect((await world.enter(code)).status).toBe(200)
      await world.expectIn()
      expect((await world.enter(code)).body).toMatchObject({ reason: 'no_pending_code' })
    })

    test('a primary that dies is followed by its replica: a code still works, once', {
      timeout: 60_000,
    }, async () => {
      for (const node of cluster.primaries) await node.cli('FLUSHALL')
      const world = await worldOn(connect(cluster.nodes))
      const code = await world.askUntilSent()
      const { home } = await keyAndHome()
      await replicated(home)
      await home.kill()
      const answers: { status: number; body: { reason?: string } }[] = []
      await until(async () => {
        const begun = performance.now()
        const answer = await world.enter(code)
        expect(performance.now() - begun).toBeLessThan(2_500)
        answers.push(answer)
        return answer.status !== 503
      })
      // One of those that failed may have been carried out late: then the code is used up.
      const last = answers.at(-1)
      if (last?.status !== 200) {
        expect(last?.body).toMatchObject({ reason: 'no_pending_code' })
        await world.expectNobodyIn()
      } else {
        await world.expectIn()
      }
      expect((await world.enter(code)).body).toMatchObject({ reason: 'no_pending_code' })
      expect((await world.enter(await world.askUntilSent())).status).toBe(200)
    })
  })
}
