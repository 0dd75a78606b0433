import { hasMethod } from './client.js'

/** What the store can do about the connections of a client. */
export interface Connection {
  /**
   * Ends the connection to a server that answers, and makes the client connect again. Resolves once it is
   * connected, or after {@link CONNECT_LIMIT_MS}. Missing for a client that finds a new primary without help.
   */
  reconnect?(): Promise<void>
  /** Drops the connection to a server that does not answer, and makes the client connect again, likewise. */
  replace?(): Promise<void>
}

/** Half of the strategy's default time limit for its store, so that the call can be sent again within it. */
const CONNECT_LIMIT_MS = 1_000

/** How long a node of a cluster may take to answer a PING before its connection is replaced. */
const PING_LIMIT_MS = 500

/** How often a pool is looked at for clients that are in use no more. */
const POOL_PAUSE_MS = 2

/** A client with one connection, which it restores when the server ends it. */
interface Emitter {
  once(event: 'ready', listener: () => void): unknown
  off(event: 'ready', listener: () => void): unknown
}

interface NodeRedis extends Emitter {
  readonly isReady: boolean
  sendCommand(args: string[]): Promise<unknown>
  connect(): Promise<unknown>
  /** Before version 5 there is no `destroy`. */
  destroy?(): void
  disconnect(): Promise<unknown>
}

interface NodeRedisPool {
  readonly idleClients: number
  readonly totalClients: number
  execute<T>(task: (client: NodeRedis) => Promise<T>): Promise<T>
}

interface NodeRedisCluster {
  readonly masters: readonly { readonly client?: unknown }[]
}

interface IoRedis extends Emitter {
  readonly status: string
  ping(): Promise<unknown>
  disconnect(reconnect: boolean): void
}

/** Returns what the store can do about this client: nothing for one that it does not know. */
export function connectionOf(client: unknown): Connection {
  if (isIoRedis(client)) return ofIoRedis(client)
  if (isNodeRedisPool(client)) return { reconnect: () => reconnectPool(client) }
  if (isNodeRedisCluster(client)) return { replace: () => replaceSilentNodes(client) }
  if (isNodeRedis(client)) return ofNodeRedis(client)
  return {}
}

function isIoRedis(client: unknown): client is IoRedis {
  const isSingle = hasMethod(client, 'disconnect') && !hasMethod(client, 'nodes')
  return isSingle && 'status' in client && isEmitter(client)
}

function isNodeRedisPool(client: unknown): client is NodeRedisPool {
  return hasMethod(client, 'execute') && 'idleClients' in client
}

function isNodeRedisCluster(client: unknown): client is NodeRedisCluster {
  return hasMethod(client, 'nodeClient') && 'masters' in client
}

function isNodeRedis(client: unknown): client is NodeRedis {
  const isSingle = hasMethod(client, 'sendCommand') && !hasMethod(client, 'getSentinelNode')
  return isSingle && 'isReady' in client && isEmitter(client)
}

function isEmitter(client: unknown): client is Emitter {
  return hasMethod(client, 'once') && hasMethod(client, 'off')
}

/** ioredis looks up its server, or asks its sentinels, whenever it connects. */
function ofIoRedis(client: IoRedis): Connection {
  const disconnect = () => {
    // In any other state it is about to connect: `reconnectOnError` may have disconnected it already.
    if (client.status === 'ready') client.disconnect(true)
  }
  return {
    reconnect: () => {
      const connected = nextReady(client)
      // Its answer comes after those of all commands before it, which would be lost otherwise.
      client.ping().then(disconnect, disconnect)
      return connected
    },
    replace: () => {
      const connected = nextReady(client)
      disconnect()
      return connected
    },
  }
}

function ofNodeRedis(client: NodeRedis): Connection {
  return { reconnect: () => quit(client), replace: () => replace(client) }
}

/**
 * Neither `socketTimeout` nor `pingInterval` ends a connection to a silent server while requests use it: each
 * command that is written starts the time anew.
 */
async function replace(client: NodeRedis): Promise<void> {
  if (!client.isReady) return
  const connected = nextReady(client)
  if (client.destroy) client.destroy()
  else client.disconnect().catch(() => {})
  client.connect().catch(() => {}) // the client emits its errors
  await connected
}

/** A cluster finds its new primaries while it reconnects to a node. */
async function replaceSilentNodes(cluster: NodeRedisCluster): Promise<void> {
  for (const { client } of cluster.masters) {
    if (!isNodeRedis(client) || !client.isReady) continue
    const timer = setTimeout(() => replace(client), PING_LIMIT_MS)
    const done = () => clearTimeout(timer)
    client.sendCommand(['PING']).then(done, done)
  }
}

/**
 * Asks the server to end the connection, and node-redis opens a new one: it has no method for that. The server
 * first answers what was sent before. Every user may send QUIT, whatever its ACL allows.
 */
async function quit(client: NodeRedis): Promise<void> {
  const connected = nextReady(client)
  client.sendCommand(['QUIT']).catch(() => {})
  await connected
}

/**
 * Each connection that the pool has now, once. Those in use are waited for: they may lead to the old primary too, and
 * the pool takes a client back only after the caller has received its error.
 */
async function reconnectPool(pool: NodeRedisPool): Promise<void> {
  const [known, begun] = [pool.totalClients, performance.now()]
  const met = new Set<NodeRedis>()
  const quitOnce = async (client: NodeRedis) => {
    if (met.has(client)) return
    met.add(client)
    await quit(client)
  }
  while (met.size < known && performance.now() - begun < CONNECT_LIMIT_MS) {
    await new Promise((resolve) => setTimeout(resolve, POOL_PAUSE_MS))
    const tasks = Array.from({ length: pool.idleClients }, () => pool.execute(quitOnce))
    await Promise.allSettled(tasks)
  }
}

function nextReady(client: Emitter): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer)
      client.off('ready', done)
      resolve()
    }
    const timer = setTimeout(done, CONNECT_LIMIT_MS)
    client.once('ready', done)
  })
}
