import { Redis } from 'ioredis'

/** By port. The prefixes of a server share one. */
const clients = new Map()

export async function connect(dist, { port, prefix }) {
  const { RedisStore } = await import(`${dist}/stores/redis.js`)
  if (!clients.has(port))
    clients.set(
      port,
      new Redis(port).on('error', () => {}),
    )
  await clients.get(port).ping()
  return new RedisStore({ client: clients.get(port), prefix })
}
