import { afterAll, beforeAll, test } from 'vitest'
import { describeWithRedis, type RedisServer, startRedis } from '../helpers/redis-server.js'
import { agreesWithTheModel } from './agrees-with-the-model.js'
import { type Connected, clockedStore, connectIoRedis } from './redis-clients.js'

describeWithRedis('RedisStore', () => {
  let server: RedisServer
  let connected: Connected
  beforeAll(async () => {
    server = await startRedis()
    connected = await connectIoRedis(server)
  })
  afterAll(async () => {
    await connected?.close()
    await server?.stop()
  })

  test('answers like the model', { timeout: 60_000 }, () =>
    agreesWithTheModel(() => clockedStore(connected.client, server)),
  )
})
