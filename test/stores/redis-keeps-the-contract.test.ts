import { describeWithRedis } from '../helpers/redis-server.js'
import { storeContract } from './contract.js'
import {
  type Connect,
  clockedStore,
  connectIoRedis,
  connectNodeRedis,
  connectNodeRedisPool,
  useRedis,
} from './redis-clients.js'

const clients: [string, Connect][] = [
  ['node-redis', connectNodeRedis],
  ['a pool of node-redis', connectNodeRedisPool],
  ['ioredis', connectIoRedis],
]

for (const [name, connect] of clients) {
  describeWithRedis(`on Redis, over ${name}`, () => {
    const redis = useRedis(connect)
    storeContract(() => clockedStore(redis.client, redis.server))
  })
}
