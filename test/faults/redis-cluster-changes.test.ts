import { Cluster } from 'ioredis'
import { createCluster } from 'redis'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import type { RedisStoreClient } from '../../src/stores/redis/client.js'
import {
  describeWithRedis,
  type RedisCluster,
  type RedisServer,
  startRedisCluster,
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

describeWithRedis('an application on a cluster', () => {
  let cluster: RedisCluster
  beforeAll(async () => {
    cluster = await startRedisCluster()
  }, 60_000)
  afterAll(() => cluster?.stop())

  test.each(clients)(
    'follows a slot that moves between and during the requests, with %s',
    {
      timeout: 30_000,
    },
    async (_name, connect) => {
      const world = await worldOn(connect(cluster.nodes))
      const code = await world.requestUntilSent()
      const keys = await Promise.all(cluster.nodes.map((node) => node.cli('KEYS', '*')))
      const [key = ''] = keys.filter(Boolean)
      const source = cluster.nodes[keys.indexOf(key)] as RedisServer
      const target = cluster.nodes.find((node) => node !== source) as RedisServer
      const slot = await source.cli('CLUSTER', 'KEYSLOT', key)
      const [sourceId, targetId] = [
        await source.cli('CLUSTER', 'MYID'),
        await target.cli('CLUSTER', 'MYID'),
      ]
      const guess = async (attemptsLeft: number) =>
        expect((await world.enterCode(wrongCode(code))).body).toMatchObject({ attemptsLeft })

      await target.cli('CLUSTER', 'SETSLOT', slot, 'IMPORTING', sourceId)
      await source.cli('CLUSTER', 'SETSLOT', slot, 'MIGRATING', targetId)
      await guess(4) // the key has not moved yet
      await source.cli('MIGRATE', '127.0.0.1', `${target.port}`, key, '0', '5000')
      await guess(3) // the old node redirects to the new one
      await target.cli('CLUSTER', 'SETSLOT', slot, 'NODE', targetId)
      await source.cli('CLUSTER', 'SETSLOT', slot, 'NODE', targetId)
      await guess(2) // the slot has moved
      expect((await world.enterCode(code)).status).toBe(200)
      await world.expectSignedIn()
      expect((await world.enterCode(code)).body).toMatchObject({ reason: 'no_pending_code' })
      await target.cli('FLUSHALL')
    },
  )
})
