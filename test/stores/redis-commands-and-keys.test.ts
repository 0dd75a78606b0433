import { expect, onTestFinished, test } from 'vitest'
import { describeWithRedis } from '../helpers/redis-server.js'
import { DAY, HOUR, KNOWN_BROWSER, SECOND, STRANGER, TEN_DIGITS, verbs } from './contract/verbs.js'
import { clockedStore, connectIoRedis, useRedis } from './redis-clients.js'

describeWithRedis('RedisStore', () => {
  const redis = useRedis(connectIoRedis)
  const keys = async () => (await redis.server.cli('KEYS', '*')).split('\n').filter(Boolean)
  const onlyKey = async () => {
    const found = await keys()
    expect(found).toHaveLength(1)
    return found[0] as string
  }
  const expectLife = async (ms: number) => {
    const left = Number(await redis.server.cli('PTTL', await onlyKey()))
    expect(left).toBeLessThanOrEqual(ms)
    expect(left).toBeGreaterThan(ms - 5 * SECOND)
  }

  test('has one key per address, which expires when its budgets are full', async () => {
    const { open } = await redis.emptied()
    await open('first')
    await expectLife(STRANGER.refillMs)
    await open('second', { budget: KNOWN_BROWSER })
    await open('third', { budget: KNOWN_BROWSER })
    await expectLife(2 * STRANGER.refillMs)
  })

  test('keeps a key until the last challenge has expired', async () => {
    const { open } = await redis.emptied()
    await open('first', { ttlMs: DAY })
    await expectLife(DAY)
    await open('second')
    await expectLife(DAY)
  })

  test('keeps a key until the window of failures is over, and guesses do not prolong it', async () => {
    const { open, guess, verify } = await redis.emptied()
    await open('first')
    await guess('first')
    await expectLife(30 * DAY)
    await open('second')
    await guess('second', { failuresWindowMs: 60 * DAY })
    await expectLife(30 * DAY)
    await verify('second')
    await expectLife(30 * DAY)
  })

  test('lets a key expire with the challenge after a sign-in without a wrong guess', async () => {
    const { open, verify } = await redis.emptied()
    await open('first', { ttlMs: DAY })
    await verify('first')
    await expectLife(DAY)
  })

  test('removes a key when the only mail is cancelled with a refund', async () => {
    const { open, cancel } = await redis.emptied()
    await open('first')
    await cancel('first', { refund: 'whole' })
    expect(await keys()).toEqual([])
  })

  test('removes expired challenges and full budgets from a key at the next request', async () => {
    await redis.server.cli('FLUSHALL')
    const { open, guess, advance } = verbs(await clockedStore(redis.client, redis.server))
    const find = async () => (await keys()).find((key) => key.endsWith('{alice}')) ?? ''
    await open('first')
    await guess('first', { failuresWindowMs: HOUR })
    await open('second', { budget: KNOWN_BROWSER })
    await open('third', { ttlMs: 9 * HOUR })
    expect(await redis.server.cli('HLEN', await find())).toBe('6') // three challenges, two budgets, failures
    await advance(2 * STRANGER.refillMs)
    await open('fourth')
    expect(await redis.server.cli('HLEN', await find())).toBe('3') // two challenges and a budget
  })

  test('writes nothing for waiting, limited, unknown and spent', async () => {
    const { open, resend, guess, verify, cancel } = await redis.emptied()
    for (let i = 0; i < 4; i += 1) await open(`${i}`)
    await open('spent', { attempts: 1 })
    await guess('spent')
    await redis.server.cli('CONFIG', 'RESETSTAT')
    expect(await resend('0', 'new')).toMatchObject({ outcome: 'waiting' })
    expect(await open('new')).toMatchObject({ outcome: 'limited' })
    expect(await resend('spent', 'new')).toMatchObject({ outcome: 'limited' })
    expect(await guess('never was')).toEqual({ outcome: 'unknown' })
    expect(await verify('spent')).toEqual({ outcome: 'spent' })
    await cancel('never was', { refund: 'whole' })
    const statistics = await redis.server.cli('INFO', 'commandstats')
    const commands = [...statistics.matchAll(/^cmdstat_([\w|]+)/gm)].map(([, name]) => name)
    const byTheScripts = commands.filter((name) => !/^(eval|evalsha|config.*)$/.test(name ?? ''))
    expect(byTheScripts.sort()).toEqual(['hgetall', 'time'])
  })

  test('changes nothing while its client may delete and not write', async () => {
    const { open, guess, verify } = await redis.emptied()
    await open('charged')
    await open('free', { budget: KNOWN_BROWSER })
    await guess('charged')
    const key = await onlyKey()
    const state = () =>
      Promise.all(['HGETALL', 'PEXPIRETIME'].map((read) => redis.server.cli(read, key)))
    const before = await state()
    await redis.server.cli('ACL', 'SETUSER', 'default', '-hset')
    onTestFinished(async () => {
      await redis.server.cli('ACL', 'SETUSER', 'default', '+hset')
    })
    for (const name of ['charged', 'free']) {
      for (const enter of [guess, verify]) await expect(enter(name)).rejects.toThrow()
    }
    expect(await state()).toEqual(before)
  })

  test('sends one command per method, once the server has cached the scripts', async () => {
    const { store, open, guess, verify, cancel } = await redis.emptied()
    const all = async () => {
      await open('first')
      await guess('first')
      await verify('first')
      await cancel('first')
      await store.forget({ address: 'alice' })
    }
    await all()
    await redis.server.cli('CONFIG', 'RESETSTAT')
    await all()
    const statistics = await redis.server.cli('INFO', 'commandstats')
    expect(statistics).toMatch(/^cmdstat_evalsha:calls=5,/m)
    expect(statistics).not.toMatch(/^cmdstat_eval:/m)
  })

  test('keeps all digits of numbers', async () => {
    const { open, guess } = await redis.emptied()
    await open('many', { attempts: TEN_DIGITS })
    for (const failures of [1, 2, 3]) {
      expect(await guess('many', { failuresBelow: TEN_DIGITS })).toEqual({
        outcome: 'wrong',
        attemptsLeft: TEN_DIGITS - failures,
        failures,
      })
    }
  })

  test('stores less than 256 bytes for an address, and a compact hash after guesses and a resend', async () => {
    const { open, resend, guess } = await redis.emptied()
    // As long as the hashes of the strategy: 128 bits in base64url.
    const hash = 'q'.repeat(22)
    await open(hash, { address: hash })
    const key = await onlyKey()
    expect(Number(await redis.server.cli('MEMORY', 'USAGE', key))).toBeLessThan(256)
    await resend(hash, 'new', { address: hash, spacingMs: 0, keepMs: 0 })
    for (let i = 0; i < 4; i += 1) await guess(hash, { address: hash })
    expect(await redis.server.cli('OBJECT', 'ENCODING', key)).toBe('listpack')
  })
})
