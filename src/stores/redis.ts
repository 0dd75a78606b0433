import { checkNames, optionReader } from '../util/option-reader.js'
import { attemptResult, openResult } from './answers.js'
import { type RedisStoreClient, type RunScript, scriptRunner } from './redis/client.js'
import { connectionOf } from './redis/connection.js'
import { followPrimary } from './redis/follow-primary.js'
import { nameOf, shortNameOf } from './redis/names.js'
import { redisProblems, refusedWrite } from './redis/problems.js'
import { clientRefusal } from './redis/refusal.js'
import {
  ATTEMPT,
  CANCEL,
  FORGET,
  INFO,
  OPEN,
  type Script,
  TRY_WRITES,
  WRITTEN,
} from './redis/scripts.js'
import {
  type AttemptRequest,
  type AttemptResult,
  type CancelRequest,
  type ChallengeStore,
  type ForgetRequest,
  type OpenRequest,
  type OpenResult,
  REDUCED_REFUND_KEEPS_MS,
} from './store.js'

export type { IoRedisClient, NodeRedisClient, RedisStoreClient } from './redis/client.js'

const CLIENT = 'a client of "redis" (node-redis) or of "ioredis"'

export interface RedisStoreOptions {
  /**
   * A client of `redis` (node-redis: `createClient`, `createClientPool`, `createCluster`, `createSentinel`) or of
   * `ioredis` or `iovalkey` (`Redis`, `Cluster`). The store neither opens nor closes it. It makes the client
   * reconnect when a server refuses a write as a replica, or does not answer for 1.4 seconds. Required.
   *
   * Configure it to fail at once while Redis is down, instead of replaying commands later, when their requests
   * have failed already, and to send no command twice: `disableOfflineQueue: true` (node-redis), or
   * `enableOfflineQueue: false`, `autoResendUnfulfilledCommands: false` and `maxRetriesPerRequest: 0` (ioredis).
   * Clients for Sentinel and of a cluster need more: see `docs/stores/clients.md`.
   */
  readonly client: RedisStoreClient
  /** The prefix of every key, without braces. Default `'passport-email-otp:'`. */
  readonly prefix?: string | undefined
}

/**
 * Keeps challenges in Redis, version 5 or later, for any number of processes.
 *
 * Each method runs one script, which Redis executes atomically, by the server's clock. All data of an address is
 * in one key, so a cluster works too. The key expires once its data is no longer needed.
 */
export class RedisStore implements ChallengeStore {
  readonly #runScript: RunScript
  readonly #prefix: string

  /** @throws TypeError for a missing, unknown or wrong option */
  constructor(options: RedisStoreOptions) {
    checkNames('RedisStore', options, ['client', 'prefix'])
    const read = optionReader('RedisStore', options)
    const runScript = scriptRunner(options.client)
    if (runScript === undefined) {
      throw read.wrong('client', options.client, CLIENT)
    }
    const refusal = clientRefusal(options.client)
    if (refusal !== undefined) throw read.wrong('client', options.client, `${CLIENT}; ${refusal}`)
    this.#runScript = followPrimary(runScript, connectionOf(options.client))
    this.#prefix = read.text('prefix', 'passport-email-otp:')
    if (/[{}]/.test(this.#prefix)) {
      // Braces in the prefix would put all addresses into one slot of a cluster.
      throw read.wrong('prefix', this.#prefix, 'a string without { and }')
    }
  }

  async open(request: OpenRequest): Promise<OpenResult> {
    const { challenge, pending, budget, ttlMs, keepMs, attempts, spacingMs } = request
    const [outcome, value, twinFailures] = await this.#run(OPEN, request.address, [
      nameOf(challenge),
      shortNameOf(budget.key),
      pending ? nameOf(pending.challenge) : '',
      ...[budget.burst, budget.refillMs],
      pending?.failuresBelow ?? 0,
      ...[ttlMs, keepMs, attempts, spacingMs],
    ])
    const failures = outcome === 'opened' ? value : twinFailures
    return openResult(outcome, { failures, retryAfterMs: value })
  }

  async attempt(request: AttemptRequest): Promise<AttemptResult> {
    const { challenge, budget, matched, failuresBelow, failuresWindowMs } = request
    const [outcome, ...numbers] = await this.#run(ATTEMPT, request.address, [
      nameOf(challenge),
      shortNameOf(budget.key),
      matched ? 1 : 0,
      budget.refillMs,
      ...[failuresBelow, failuresWindowMs],
    ])
    const [failures, attemptsLeft] = numbers
    return attemptResult(outcome, { attemptsLeft, failures })
  }

  async cancel(request: CancelRequest): Promise<void> {
    const { address, challenge, budget, refund, spacingMs } = request
    await this.#run(CANCEL, address, [
      nameOf(challenge),
      shortNameOf(budget.key),
      refund,
      ...[budget.refillMs, spacingMs, REDUCED_REFUND_KEEPS_MS],
    ])
  }

  async forget({ address }: ForgetRequest): Promise<void> {
    await this.#run(FORGET, address, [])
  }

  /**
   * Returns what an operator has to fix, each as a sentence: Redis may evict keys, is nearly out of memory, is a
   * replica, is too old, or refuses to write. In a cluster only one node is checked. Rejects if Redis cannot be
   * reached, or if the client has no right to `INFO`.
   *
   * It writes a key and deletes it again, because only a write shows a server that refuses it.
   */
  async check(): Promise<readonly string[]> {
    // No hash of an address is empty, so the key belongs to none.
    const key = this.#key('')
    const info = await this.#runScript(INFO, key, [])
    const problems = redisProblems(info)
    if (problems.length > 0) return problems
    const answer = await this.#runScript(TRY_WRITES, key, [])
    return answer === WRITTEN ? [] : [refusedWrite(answer, info)]
  }

  async #run(script: Script, address: string, args: readonly (string | number)[]) {
    return (await this.#runScript(script, this.#key(address), args.map(String))).split(' ')
  }

  /** The braces are a hash tag: Redis Cluster chooses the node by the text between them. */
  #key(address: string): string {
    return `${this.#prefix}{${nameOf(address)}}`
  }
}
