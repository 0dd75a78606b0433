import { afterAll, beforeAll } from 'vitest'
import { describeWithRedis, type RedisServer, startRedis } from '../helpers/redis-server.js'
import { storeContract } from './contract.js'
import {
  type Connect,
  type Connected,
  clockedStore,
  connectIoRedis,
  connectNodeRedis,
  connectNodeRedisPool,
} from './redis-clients.js'

const clients: [string, Connect][] = [
  ['node-redis', connectNodeRedis],
  ['a pool of node-redis', connectNodeRedisPool],
  ['ioredis', connectIoRedis],
]

for (const [name, connect] of clients) {
  describeWithRedis(`on Redis, over ${name}`, () => {
    let server: RedisServer
    let connected: Connected
    beforeAll(async () => {
      server = await startRedis()
      connected = await connect(server)
    })
    afterAll(async () => {
      await connected?.close()
      await server?.stop()
    })
    storeContract(() => clockedStore(connected.client, server))
  })
}
