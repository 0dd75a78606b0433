import type { Script } from './scripts.js'

interface ScriptOptions {
  keys: string[]
  arguments: string[]
}

/** What is used of node-redis: `createClient`, `createClientPool`, `createCluster` and `createSentinel`. */
export interface NodeRedisClient {
  eval(script: string, options: ScriptOptions): Promise<unknown>
  evalSha(sha1: string, options: ScriptOptions): Promise<unknown>
}

/** What is used of ioredis: `Redis` and `Cluster`. */
export interface IoRedisClient {
  eval(script: string, keyCount: number, ...keyAndArguments: string[]): Promise<unknown>
  evalsha(sha1: string, keyCount: number, ...keyAndArguments: string[]): Promise<unknown>
}

export type RedisStoreClient = NodeRedisClient | IoRedisClient

/** Runs a script on one key. */
export type RunScript = (script: Script, key: string, args: readonly string[]) => Promise<string>

/** How scripts are run with this client, or `undefined` if it is none that is known. */
export function scriptRunner(client: unknown): RunScript | undefined {
  if (typeof client !== 'object' || client === null) return undefined
  if (!hasMethod(client, 'eval')) return undefined
  if (hasMethod(client, 'evalSha')) return withNodeRedis(client as NodeRedisClient)
  if (hasMethod(client, 'evalsha')) return withIoRedis(client as IoRedisClient)
  return undefined
}

function hasMethod(client: object, name: string): boolean {
  return typeof (client as Record<string, unknown>)[name] === 'function'
}

function withNodeRedis(client: NodeRedisClient): RunScript {
  return ({ text, sha1 }, key, args) => {
    const options = () => ({ keys: [key], arguments: [...args] })
    return bySha1(
      () => client.evalSha(sha1, options()),
      () => client.eval(text, options()),
    )
  }
}

function withIoRedis(client: IoRedisClient): RunScript {
  return ({ text, sha1 }, key, args) =>
    bySha1(
      () => client.evalsha(sha1, 1, key, ...args),
      () => client.eval(text, 1, key, ...args),
    )
}

/**
 * Sends the script itself only to a server that does not have it. No other error is tried again: the
 * server may have counted already, and a guess must be worth one answer.
 */
async function bySha1(
  evalSha: () => Promise<unknown>,
  evalText: () => Promise<unknown>,
): Promise<string> {
  try {
    return String(await evalSha())
  } catch (err) {
    if (!(err instanceof Error && err.message.startsWith('NOSCRIPT'))) throw err
    return String(await evalText())
  }
}
