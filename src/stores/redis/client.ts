import type { Script } from './scripts.js'

interface ScriptOptions {
  keys: string[]
  arguments: string[]
}

/**
 * The methods that the store calls of node-redis: of `createClient`, `createClientPool`, `createCluster` and
 * `createSentinel`.
 */
export interface NodeRedisClient {
  eval(script: string, options: ScriptOptions): Promise<unknown>
  evalSha(sha1: string, options: ScriptOptions): Promise<unknown>
}

/** The methods that the store calls of ioredis: of `Redis` and `Cluster`. */
export interface IoRedisClient {
  eval(script: string, keyCount: number, ...keyAndArguments: string[]): Promise<unknown>
  evalsha(sha1: string, keyCount: number, ...keyAndArguments: string[]): Promise<unknown>
}

export type RedisStoreClient = NodeRedisClient | IoRedisClient

/** Runs a script on one key. */
export type RunScript = (script: Script, key: string, args: readonly string[]) => Promise<string>

/** Returns a function that runs scripts with this client, or `undefined` if the client is not supported. */
export function scriptRunner(client: unknown): RunScript | undefined {
  if (!hasMethod(client, 'eval')) return undefined
  if (isNodeRedis4Cluster(client)) return withNodeRedis4Cluster(client)
  if (hasMethod(client, 'evalSha')) return withNodeRedis(client as NodeRedisClient)
  if (hasMethod(client, 'evalsha')) return withIoRedis(client as IoRedisClient)
  return undefined
}

export function hasMethod<Name extends string>(
  client: unknown,
  name: Name,
): client is Record<Name, (...args: never[]) => unknown> {
  return (
    typeof client === 'object' &&
    client !== null &&
    typeof (client as Record<string, unknown>)[name] === 'function'
  )
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

interface NodeRedis4Cluster {
  sendCommand(key: string, isReadonly: boolean, args: string[]): Promise<unknown>
}

function isNodeRedis4Cluster(client: unknown): client is NodeRedis4Cluster {
  const isCluster = hasMethod(client, 'nodeClient') && hasMethod(client, 'sendCommand')
  return isCluster && !hasMethod(client, 'destroy')
}

/** Its `evalSha` does not find the key among its arguments, and sends the script to random nodes. */
function withNodeRedis4Cluster(client: NodeRedis4Cluster): RunScript {
  const send = (command: string, script: string, key: string, args: readonly string[]) =>
    client.sendCommand(key, false, [command, script, '1', key, ...args])
  return ({ text, sha1 }, key, args) =>
    bySha1(
      () => send('EVALSHA', sha1, key, args),
      () => send('EVAL', text, key, args),
    )
}

function withIoRedis(client: IoRedisClient): RunScript {
  return ({ text, sha1 }, key, args) =>
    bySha1(
      () => client.evalsha(sha1, 1, key, ...args),
      () => client.eval(text, 1, key, ...args),
    )
}

export const NO_PROMISE = 'The Redis client returned no promise. It must not take callbacks'

/** @throws TypeError for an answer that is no promise */
async function answerOf(answer: Promise<unknown>): Promise<string> {
  if (typeof answer?.then !== 'function') {
    throw new TypeError(NO_PROMISE)
  }
  return String(await answer)
}

/**
 * Runs the script by its SHA-1, and sends its text only if the server does not have it. No other error is
 * retried here: the server may have counted the guess already.
 */
async function bySha1(
  evalSha: () => Promise<unknown>,
  evalText: () => Promise<unknown>,
): Promise<string> {
  try {
    return await answerOf(evalSha())
  } catch (err) {
    if (!(err instanceof Error && err.message.startsWith('NOSCRIPT'))) throw err
    return answerOf(evalText())
  }
}
