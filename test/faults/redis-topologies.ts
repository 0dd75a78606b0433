import type { RedisStore } from 'passport-email-otp/redis'
import { onTestFinished } from 'vitest'
import { type ProgramRun, runDocumented } from '../helpers/documented-program.js'
import {
  type RedisServer,
  replicated,
  startRedis,
  startRedisCluster,
  startSentinel,
  until,
} from '../helpers/redis-server.js'
import { startProxy } from '../helpers/tcp-proxy.js'

/** Packages to use in place of the repository's. */
export type Packages = Pick<ProgramRun, 'folder' | 'aliases'>

interface Closable {
  destroy?(): unknown
  disconnect(): unknown
}

/** The program for node-redis with one server is on a page of its own. */
const programFor = (heading: string) =>
  heading === 'node-redis'
    ? { document: 'docs/stores/redis.md', heading: 'Keep codes in Redis' }
    : { document: 'docs/stores/clients.md', heading }

/** Runs a program of the pages on clients, and returns its store. The client is closed with the test. */
export async function storeOf(
  heading: string,
  run: Omit<ProgramRun, 'document' | 'heading' | 'returns'>,
): Promise<RedisStore> {
  const returns = ['client', 'redisStore']
  const program = { ...programFor(heading), returns, ...run }
  const { client, redisStore } = await runDocumented(program)
  const { destroy, disconnect } = client as Closable
  onTestFinished(async () => void (await (destroy ?? disconnect).call(client)))
  return redisStore as RedisStore
}

/** A program of the page, on servers of its own. */
export interface Connected {
  readonly store: RedisStore
  /** The server that is the primary of the address of a challenge, and the one that replaces it. */
  primary(): Promise<RedisServer>
  replica(): Promise<RedisServer>
  /** Makes the replica the primary and the primary a replica, as for a maintenance. */
  switchOver(): Promise<void>
  /** Drops the next answer of the primary together with the connection. */
  loseOneAnswer(): void
}

export type Topology = (heading: string, packages?: Packages) => Promise<Connected>

async function startPair() {
  const primary = await startRedis()
  onTestFinished(() => primary.stop())
  const replica = await startRedis('--replicaof', '127.0.0.1', `${primary.port}`)
  onTestFinished(() => replica.stop())
  return { primary, replica }
}

/** Sentinel closes connections while it makes a server a primary or a replica. */
export const isPrimary = async (server: RedisServer) =>
  (await server.cli('ROLE').catch(() => '')).startsWith('master')

/** One host name, which leads to the primary. The test moves it with `moveName`. */
export async function byName(heading: string, packages: Packages = {}) {
  const { primary, replica } = await startPair()
  const proxy = await startProxy(primary.port)
  const env = { REDIS_URL: `redis://127.0.0.1:${proxy.port}` }
  const promote = async () => {
    await replicated(primary)
    await replica.cli('REPLICAOF', 'NO', 'ONE')
  }
  const demote = async () => {
    await primary.cli('REPLICAOF', '127.0.0.1', `${replica.port}`)
  }
  const moveName = () => proxy.moveTo(replica.port)
  return {
    store: await storeOf(heading, { env, ...packages }),
    primary: async () => primary,
    replica: async () => replica,
    promote,
    demote,
    moveName,
    switchOver: async () => {
      await promote()
      await demote()
      moveName()
    },
    loseOneAnswer: proxy.loseOneAnswer,
  }
}

/** A sentinel that watches the primary. It starts a failover by itself once the primary is gone for a second. */
export async function bySentinel(heading: string, packages: Packages = {}): Promise<Connected> {
  const { primary, replica } = await startPair()
  const sentinel = await startSentinel(primary)
  onTestFinished(() => sentinel.stop())
  const ask = (...command: string[]) => sentinel.cli('SENTINEL', ...command)
  await until(async () => (await ask('REPLICAS', 'main')).includes(`${replica.port}`))
  const proxy = await startProxy(primary.port)
  const map = `{ '127.0.0.1:${primary.port}': { host: '127.0.0.1', port: ${proxy.port} } }`
  const replace = {
    "'sentinel.example.com', port: 26379": `'127.0.0.1', port: ${sentinel.port}`,
    "name: 'main',": `name: 'main', nodeAddressMap: ${map}, natMap: ${map},`,
  }
  return {
    store: await storeOf(heading, { replace, ...packages }),
    primary: async () => primary,
    replica: async () => replica,
    switchOver: async () => {
      await replicated(primary)
      await until(async () => (await ask('FAILOVER', 'main')) === 'OK')
      await until(() => isPrimary(replica))
    },
    loseOneAnswer: proxy.loseOneAnswer,
  }
}

/** A cluster of three primaries with one replica each. */
export async function byCluster(heading: string, packages: Packages = {}): Promise<Connected> {
  const cluster = await startRedisCluster({ replicas: 1 })
  onTestFinished(() => cluster.stop())
  const proxies = new Map<number, Awaited<ReturnType<typeof startProxy>>>()
  for (const { port } of cluster.nodes) proxies.set(port, await startProxy(port))
  const entries = [...proxies].map(
    ([port, proxy]) => `'127.0.0.1:${port}': { host: '127.0.0.1', port: ${proxy.port} }`,
  )
  const map = `{ ${entries.join(', ')} }`
  const replace = {
    'lazyConnect: true,': `lazyConnect: true, natMap: ${map},`,
    'rootNodes: [': `nodeAddressMap: ${map}, rootNodes: [`,
  }
  const used = heading.startsWith('ioredis') ? 'lazyConnect: true,' : 'rootNodes: ['
  const [first] = proxies.values()
  const store = await storeOf(heading, {
    env: { REDIS_URL: `redis://127.0.0.1:${first?.port}` },
    replace: { [used]: replace[used] },
    ...packages,
  })
  let known: { primary: RedisServer; replica: RedisServer } | undefined
  const pair = async () => {
    known ??= await findPair(cluster.nodes)
    return known
  }
  return {
    store,
    primary: async () => (await pair()).primary,
    replica: async () => (await pair()).replica,
    switchOver: async () => {
      const { primary, replica } = await pair()
      await replicated(primary)
      await replica.cli('CLUSTER', 'FAILOVER')
      await until(() => isPrimary(replica))
    },
    loseOneAnswer: () => {
      for (const proxy of proxies.values()) proxy.loseOneAnswer()
    },
  }
}

/** Finds the primary that has the only key, and its replica. */
async function findPair(nodes: readonly RedisServer[]) {
  for (const primary of nodes) {
    if (!(await isPrimary(primary)) || (await primary.cli('KEYS', '*')) === '') continue
    const id = await primary.cli('CLUSTER', 'MYID')
    const [, port] = /:(\d+)@/.exec(await primary.cli('CLUSTER', 'REPLICAS', id)) ?? []
    const replica = nodes.find((node) => `${node.port}` === port)
    if (replica) return { primary, replica }
  }
  throw new Error('No primary has a key')
}
