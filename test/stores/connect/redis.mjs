import { Redis } from 'ioredis'

export async function connect(dist, { port, prefix }) {
  const { RedisStore } = await import(`${dist}/stores/redis.js`)
  const client = new Redis(port)
  await client.ping()
  return new RedisStore({ client, prefix })
}
