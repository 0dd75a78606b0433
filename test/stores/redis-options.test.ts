import { EventEmitter } from 'node:events'
import { RedisStore } from 'passport-email-otp/redis'
import { expect, test } from 'vitest'
import { NO_PROMISE } from '../../src/stores/redis/client.js'
import { expectRejected, expectRejection } from '../helpers/rejects-option.js'

const client = {
  eval: async () => 'unknown',
  evalSha: async (_sha1: string, _options: { keys: string[]; arguments: string[] }) => 'unknown',
}
const rules = { failuresBelow: 5, failuresWindowMs: 1_000, matched: false }
const guess = { ...rules, budget: { key: 'name/stranger', burst: 5, refillMs: 1_000 } }

/** Returns the key of an address in a store with this prefix. */
async function keyOf(address: string, prefix?: string): Promise<string> {
  const keys: string[] = []
  const listening = {
    ...client,
    evalSha: async (_sha1: string, options: { keys: string[]; arguments: string[] }) => {
      keys.push(...options.keys)
      return 'unknown'
    },
  }
  const store = new RedisStore({ client: listening, prefix })
  await store.attempt({ ...guess, address, challenge: 'any' })
  expect(keys).toHaveLength(1)
  return keys[0] as string
}

test('starts the key with the prefix, and makes the address its hash tag', async () => {
  expect(await keyOf('q83-xyz_0')).toBe('passport-email-otp:{q83-xyz_0}')
  expect(await keyOf('q83-xyz_0', 'acme:')).toBe('acme:{q83-xyz_0}')
})

test('keeps the hash tag intact for any address, and gives each address a different key', async () => {
  const addresses = ['', '}', '{', '}{', 'a}b', '{a}', 'a', 'ä', ' ', '\ud800', '\ud801', '\ufffd']
  const keys = await Promise.all(addresses.map((address) => keyOf(address)))
  for (const key of keys) expect(key).toMatch(/^passport-email-otp:\{[\w#-]+\}$/)
  expect(new Set(keys).size).toBe(addresses.length)
  const hashed = keys[1]?.slice('passport-email-otp:{'.length, -1) ?? ''
  expect(await keyOf(hashed)).not.toBe(keys[1])
})

test.each([undefined, null, {}, 'redis://localhost', () => {}, { eval: () => {} }, { evalSha: 1 }])(
  'rejects a value that is not a client: %s',
  (client) => {
    const make = () => new RedisStore({ client: client as never })
    expectRejected(make, 'client', '"redis"', '"ioredis"')
  },
)

test.each(['', 7, null, 'a{b', 'a}b'])('rejects a wrong prefix: %s', (prefix) => {
  const make = () => new RedisStore({ client, prefix: prefix as never })
  expectRejected(make, 'prefix', 'RedisStore')
})

test('rejects an unknown option, and suggests the known name', () => {
  expectRejected(() => new RedisStore({ client, prefx: 'a' } as never), 'prefx', '"prefix"')
  expect(() => new RedisStore(undefined as never)).toThrow(TypeError)
})

test('rejects an answer that no script returns', async () => {
  for (const answer of ['', 'OK', 'accepted!', null, undefined, 1, {}]) {
    const store = new RedisStore({ client: { ...client, evalSha: async () => answer } })
    const request = { ...guess, address: 'a', challenge: 'c' }
    const [outcome] = String(answer).split(' ')
    const shown = JSON.stringify(outcome)
    await expectRejection(store.attempt(request), shown)
    const opening = { ...request, ttlMs: 1, keepMs: 0, attempts: 1, spacingMs: 0 }
    await expectRejection(store.open(opening), shown)
  }
})

test('retries only after NOSCRIPT, not after other errors', async () => {
  const sent: string[] = []
  const failing = (message: string) => ({
    evalSha: async () => {
      sent.push('evalSha')
      throw new Error(message)
    },
    eval: async () => {
      sent.push('eval')
      return 'unknown'
    },
  })
  const request = { ...guess, address: 'a', challenge: 'c' }
  const missing = new RedisStore({ client: failing('NOSCRIPT No matching script.') })
  expect(await missing.attempt(request)).toEqual({ outcome: 'unknown' })
  expect(sent.splice(0)).toEqual(['evalSha', 'eval'])

  const errors = ['Socket closed unexpectedly', 'OOM command not allowed', 'READONLY NOSCRIPT', '']
  for (const message of errors) {
    const store = new RedisStore({ client: failing(message) })
    await expect(store.attempt(request)).rejects.toThrow(message)
    expect(sent.splice(0)).toEqual(['evalSha'])
  }
})

test('rejects the first answer of a client that takes callbacks', async () => {
  const callbacks = { eval: () => true, evalSha: () => undefined }
  const store = new RedisStore({ client: callbacks as never })
  await expect(store.forget({ address: 'a' })).rejects.toThrow(NO_PROMISE)
})

test('sends a call once more after READONLY, and only after that', async () => {
  const errors = [
    ["READONLY You can't write against a read only replica.", true],
    ["ERR Error running script (call to f_1): @user_script: 67: -READONLY You can't write.", true],
    ['OOM command not allowed', false],
    ['LOADING Redis is loading the dataset in memory', false],
    ['Socket closed unexpectedly', false],
    ['a text with READONLY in it', false],
  ] as const
  for (const [message, isSentAgain] of errors) {
    let calls = 0
    const emitter = new EventEmitter()
    const client = Object.assign(emitter, {
      status: 'ready',
      ping: async () => 'PONG',
      disconnect: () => void emitter.emit('ready'),
      eval: async () => 'unknown',
      evalsha: async () => {
        calls += 1
        if (calls === 1) throw new Error(message)
        return 'unknown'
      },
    })
    const attempt = new RedisStore({ client }).attempt({ ...guess, address: 'a', challenge: 'c' })
    if (isSentAgain) expect(await attempt).toEqual({ outcome: 'unknown' })
    else await expect(attempt).rejects.toThrow(message)
    expect(calls, message).toBe(isSentAgain ? 2 : 1)
  }
})
