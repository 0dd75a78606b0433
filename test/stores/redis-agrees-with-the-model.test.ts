import { test } from 'vitest'
import { describeWithRedis } from '../helpers/redis-server.js'
import { agreesWithTheModel } from './agrees-with-the-model.js'
import { clockedStore, connectIoRedis, useRedis } from './redis-clients.js'

describeWithRedis('RedisStore', () => {
  const redis = useRedis(connectIoRedis)

  test('answers like the model', { timeout: 60_000 }, () =>
    agreesWithTheModel(() => clockedStore(redis.client, redis.server)),
  )
})
