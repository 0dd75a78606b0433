import { RedisStore } from 'passport-email-otp/redis'
import { createClient } from 'redis'
import { describeWithRedis, startRedis } from '../helpers/redis-server.js'
import { behavesAsOneProcess } from './one-sign-in.js'

describeWithRedis('four processes behind one Redis', () => {
  behavesAsOneProcess(async () => {
    const server = await startRedis()
    const client = createClient({ url: server.url })
    client.on('error', () => {}) // the tests kill the server
    await client.connect()
    return {
      ...server,
      env: { REDIS_URL: server.url },
      store: new RedisStore({ client }),
      server: {
        ...server,
        lost: /^The connection to Redis was lost .*^The connection to Redis is restored\.$/ms,
      },
      stop: async () => {
        client.destroy()
        await server.stop()
      },
    }
  })
})
