import { createHash } from 'node:crypto'
import { Cluster, Redis } from 'ioredis'
import { RedisStore } from 'passport-email-otp/redis'
import { createClient, createCluster } from 'redis'
import { afterAll, beforeAll } from 'vitest'
import type {
  IoRedisClient,
  NodeRedisClient,
  RedisStoreClient,
} from '../../src/stores/redis/client.js'
import { type RedisServer, startRedis } from '../helpers/redis-server.js'
import { verbs } from './contract/verbs.js'

export interface Connected {
  readonly client: RedisStoreClient
  close(): unknown
}

export const connectNodeRedis = async ({ url }: RedisServer) => {
  const client = await createClient({ url }).on('error', ignore).connect()
  return { client, close: () => client.destroy() }
}

export const connectIoRedis = async ({ port }: RedisServer) => {
  const client = new Redis(port, { lazyConnect: true }).on('error', ignore)
  await client.connect()
  return { client, close: () => client.disconnect() }
}

interface Login {
  readonly username?: string
  readonly password?: string
}

export const connectNodeRedisCluster = async (nodes: readonly RedisServer[], login: Login = {}) => {
  const rootNodes = nodes.map(({ url }) => ({ url }))
  const client = createCluster({ rootNodes, defaults: login }).on('error', ignore)
  await client.connect()
  return { client, close: () => client.destroy() }
}

export const connectIoRedisCluster = async (nodes: readonly RedisServer[], login: Login = {}) => {
  const addresses = nodes.map(({ port }) => ({ host: '127.0.0.1', port }))
  const options = { lazyConnect: true, redisOptions: login }
  const client = new Cluster(addresses, options).on('error', ignore)
  await client.connect()
  return { client, close: () => client.disconnect() }
}

/** Clients recover from these errors themselves. All others reject the promise of a command. */
const ignore = () => {}

/** Starts a server for the tests of the enclosing `describe`, and connects a client to it. */
export function useRedis<Made extends Connected>(connect: (server: RedisServer) => Promise<Made>) {
  let server: RedisServer
  let connected: Made
  beforeAll(async () => {
    server = await startRedis()
    connected = await connect(server)
  })
  afterAll(async () => {
    await connected?.close()
    await server?.stop()
  })
  return {
    get server() {
      return server
    },
    get client(): Made['client'] {
      return connected.client
    },
    /** An empty store on a server without other keys, and its verbs. */
    async emptied() {
      await server.cli('FLUSHALL')
      const store = emptyStore(connected.client)
      return { store, ...verbs({ store, advance: () => {} }) }
    },
  }
}

let names = 0
export const newPrefix = () => `test-${names++}:`

/** An empty store with its own prefix, so that several can use one server. */
export function emptyStore(client: RedisStoreClient): RedisStore {
  return new RedisStore({ client, prefix: newPrefix() })
}

export interface ClockedStore {
  readonly store: RedisStore
  readonly prefix: string
  readonly advance: (ms: number) => Promise<void>
  readonly evict: () => Promise<void>
  /** Leaves the server without memory, until `close` is called. */
  readonly failWrites: () => Promise<void>
  readonly close: () => Promise<void>
}

/** A store on a server whose clock stands still until the test moves it. */
export async function clockedStore(
  client: RedisStoreClient,
  server: RedisServer,
): Promise<ClockedStore> {
  const clock = `clock-${names++}`
  const prefix = newPrefix()
  await command(client, 'SET', clock, `${Date.now()}`)
  return {
    prefix,
    store: new RedisStore({ client: withClock(client, clock), prefix }),
    advance: async (ms) => void (await command(client, 'INCRBY', clock, `${ms}`)),
    evict: async () => {
      const keys = await server.cli('KEYS', `${prefix}*`)
      if (keys !== '') await server.cli('DEL', ...keys.split('\n'))
    },
    failWrites: async () => void (await server.cli('CONFIG', 'SET', 'maxmemory', '1')),
    close: async () => void (await server.cli('CONFIG', 'SET', 'maxmemory', '0')),
  }
}

/** Runs a command in a script, because all clients support scripts in the same way. */
export async function command(client: RedisStoreClient, ...words: string[]): Promise<unknown> {
  const script = 'return redis.call(unpack(ARGV))'
  if ('evalSha' in client) return client.eval(script, { keys: [], arguments: words })
  return client.eval(script, 0, ...words)
}

/** A client whose scripts read the time from a key. */
function withClock(client: RedisStoreClient, clock: string): RedisStoreClient {
  const rewritten = new Map<string, string>()
  const rewrite = (script: string) => {
    const text = `
local function clock()
  local ms = tonumber(redis.call('GET', '${clock}'))
  return { math.floor(ms / 1000), ms % 1000 * 1000 }
end
${script.replaceAll("redis.call('TIME')", 'clock()')}`
    rewritten.set(sha1(script), sha1(text))
    return text
  }
  const known = (name: string) => {
    const own = rewritten.get(name)
    if (own === undefined) throw new Error('NOSCRIPT not rewritten yet')
    return own
  }
  if ('evalSha' in client) {
    return {
      eval: async (script, options) => client.eval(rewrite(script), options),
      evalSha: async (name, options) => client.evalSha(known(name), options),
    } satisfies NodeRedisClient
  }
  return {
    eval: async (script, ...rest) => client.eval(rewrite(script), ...rest),
    evalsha: async (name, ...rest) => client.evalsha(known(name), ...rest),
  } satisfies IoRedisClient
}

function sha1(text: string): string {
  return createHash('sha1').update(text).digest('hex')
}
