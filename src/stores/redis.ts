import { checkNames, optionReader } from '../util/option-reader.js'
import { attemptResult, openResult } from './answers.js'
import { type RedisStoreClient, type RunScript, scriptRunner } from './redis/client.js'
import { nameOf, shortNameOf } from './redis/names.js'
import { findings } from './redis/problems.js'
import { ATTEMPT, CANCEL, FORGET, INFO, OPEN, type Script } from './redis/scripts.js'
import type {
  AttemptRequest,
  AttemptResult,
  CancelRequest,
  ChallengeStore,
  ForgetRequest,
  OpenRequest,
  OpenResult,
} from './store.js'

export type { IoRedisClient, NodeRedisClient, RedisStoreClient } from './redis/client.js'

export interface RedisStoreOptions {
  /**
   * A client of `redis` (node-redis: `createClient`, `createClientPool`, `createCluster`) or of
   * `ioredis` (`Redis`, `Cluster`). The store neither opens nor closes it.
   *
   * It should fail at once while there is no connection, instead of keeping commands for later, when
   * nobody waits for their answers: `disableOfflineQueue: true` (node-redis), or
   * `enableOfflineQueue: false`, `autoResendUnfulfilledCommands: false` and `maxRetriesPerRequest: 0`
   * (ioredis).
   */
  readonly client: RedisStoreClient
  /** What every key begins with, without braces. Default is `passport-email-otp:`. */
  readonly prefix?: string | undefined
}

/**
 * Keeps challenges in Redis, version 5 or later, for any number of processes.
 *
 * Each verb is one script, so nothing else happens on the server between its reading and its writing:
 * that is what makes it atomic. The server's clock decides. All that is kept of an address is one key,
 * which expires when nothing in it matters any more; so it works on a cluster too.
 */
export class RedisStore implements ChallengeStore {
  readonly #runScript: RunScript
  readonly #prefix: string

  /** @throws TypeError for an option that is missing, unknown or not what it must be. */
  constructor(options: RedisStoreOptions) {
    checkNames('RedisStore', options, ['client', 'prefix'])
    const read = optionReader('RedisStore', options)
    const runScript = scriptRunner(options.client)
    if (runScript === undefined) {
      throw read.wrong('client', options.client, 'a client of "redis" (node-redis) or of "ioredis"')
    }
    this.#runScript = runScript
    this.#prefix = read.text('prefix', 'passport-email-otp:')
    if (/[{}]/.test(this.#prefix)) {
      // Braces of its own would put all addresses into one slot of a cluster.
      throw read.wrong('prefix', this.#prefix, 'a string without { and }')
    }
  }

  async open(request: OpenRequest): Promise<OpenResult> {
    const { challenge, pending, budget, ttlMs, keepMs, attempts, spacingMs } = request
    const [outcome, value] = await this.#run(OPEN, request.address, [
      nameOf(challenge),
      shortNameOf(budget.key),
      pending ? nameOf(pending.challenge) : '',
      ...[budget.burst, budget.refillMs],
      pending?.failuresBelow ?? 0,
      ...[ttlMs, keepMs, attempts, spacingMs],
    ])
    return openResult(outcome, { failures: value, retryAfterMs: value })
  }

  async attempt(request: AttemptRequest): Promise<AttemptResult> {
    const { challenge, budget, matched, failuresBelow, failuresWindowMs } = request
    const [outcome, attemptsLeft, failures] = await this.#run(ATTEMPT, request.address, [
      nameOf(challenge),
      shortNameOf(budget.key),
      matched ? 1 : 0,
      budget.refillMs,
      ...[failuresBelow, failuresWindowMs],
    ])
    return attemptResult(outcome, { attemptsLeft, failures })
  }

  async cancel({ address, challenge, budget, refund }: CancelRequest): Promise<void> {
    await this.#run(CANCEL, address, [
      nameOf(challenge),
      shortNameOf(budget.key),
      refund ? 1 : 0,
      budget.refillMs,
    ])
  }

  async forget({ address }: ForgetRequest): Promise<void> {
    await this.#run(FORGET, address, [])
  }

  /**
   * Says whether Redis may evict what is counted, is a replica, or is too old. Of a cluster one node
   * is asked. Rejects where Redis can't be reached or doesn't let the client ask for `INFO`.
   */
  async check(): Promise<readonly string[]> {
    return findings(await this.#runScript(INFO, this.#key(''), []))
  }

  async #run(script: Script, address: string, args: readonly (string | number)[]) {
    return (await this.#runScript(script, this.#key(address), args.map(String))).split(' ')
  }

  /** The braces are a hash tag: Redis Cluster chooses the node by what stands between them. */
  #key(address: string): string {
    return `${this.#prefix}{${nameOf(address)}}`
  }
}
