import { expect, test, vi } from 'vitest'
import { describeWithRedis } from '../helpers/redis-server.js'
import { DAY, HOUR, SECOND, STRANGER, TEN_DIGITS } from './contract/verbs.js'
import { connectIoRedis, useRedis } from './redis-clients.js'

describeWithRedis('RedisStore', () => {
  const redis = useRedis(connectIoRedis)
  /** Returns the only key on the server. */
  const onlyKey = async () => {
    const found = (await redis.server.cli('KEYS', '*')).split('\n')
    expect(found).toHaveLength(1)
    return found[0] as string
  }

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

  test("uses the server's clock, not that of the application", async () => {
    const { open, resend, guess } = await redis.emptied()
    await open('long', { ttlMs: HOUR })
    await open('ended', { ttlMs: 1 })
    const [seconds] = (await redis.server.cli('TIME')).split('\n')
    const expiry = Number(await redis.server.cli('PEXPIRETIME', await onlyKey()))
    expect(Math.abs(expiry - 2 * STRANGER.refillMs - Number(seconds) * 1000)).toBeLessThan(
      5 * SECOND,
    )
    await vi.waitFor(async () => {
      expect(await guess('ended')).toEqual({ outcome: 'unknown' })
    })
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 30 * DAY })
    try {
      expect(await resend('long', 'new')).toMatchObject({ outcome: 'waiting' })
      expect(await guess('long')).toMatchObject({ outcome: 'wrong' })
      vi.setSystemTime(0)
      expect(await guess('long')).toMatchObject({ outcome: 'wrong', failures: 2 })
      expect(await guess('ended')).toEqual({ outcome: 'unknown' })
    } finally {
      vi.useRealTimers()
    }
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

  test('stores less than 256 bytes for an address with a pending challenge', async () => {
    const { open } = await redis.emptied()
    // As long as the hashes of the strategy: 128 bits in base64url.
    const hash = 'q'.repeat(22)
    await open(hash, { address: hash })
    const key = await onlyKey()
    expect(await redis.server.cli('OBJECT', 'ENCODING', key)).toBe('listpack')
    expect(Number(await redis.server.cli('MEMORY', 'USAGE', key))).toBeLessThan(256)
  })

  test('keeps the hash compact for a challenge that was guessed at and reopened', async () => {
    const { open, resend, guess } = await redis.emptied()
    await open('first', { spacingMs: 0 })
    await resend('first', 'new', { spacingMs: 0, keepMs: 0 })
    for (let i = 0; i < 4; i += 1) await guess('first')
    expect(await redis.server.cli('OBJECT', 'ENCODING', await onlyKey())).toBe('listpack')
  })
})
