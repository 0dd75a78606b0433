import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { openRedis } from '../../example-app/redis.js'
import { unusable } from '../../example-app/storage-server.js'
import { describeWithRedis, type RedisServer, startRedis } from '../helpers/redis-server.js'
import { expectNamed } from '../helpers/rejects-option.js'
import { endApps, runApp, SECRETS, START_LIMIT_MS, saidBy, whyNot } from './start-app.js'

vi.setConfig({ testTimeout: START_LIMIT_MS })

const start = (url: string) => runApp({ ...SECRETS, REDIS_URL: url })

describeWithRedis('the example app, started with REDIS_URL', () => {
  let server: RedisServer
  let login: string
  beforeAll(async () => {
    server = await startRedis('--requirepass', 'hush-hush')
    login = `redis://:hush-hush@127.0.0.1:${server.port}`
  })
  afterEach(endApps)
  afterAll(() => server?.stop())

  const acl = (...rules: string[]) => server.cli('ACL', 'SETUSER', ...rules)

  test.each([
    [
      'no server listens',
      () => 'redis://:hush-hush@127.0.0.1:1',
      Object.assign(new Error(), { code: 'ECONNREFUSED' }),
    ],
    [
      'the host does not exist',
      () => 'redis://:hush-hush@redis.invalid',
      Object.assign(new Error(), { code: 'ENOTFOUND' }),
    ],
    ['the password is wrong', () => login.replace('hush-hush', 'hush-no'), new Error('WRONGPASS')],
    ['the password is missing', () => login.replace(':hush-hush@', ''), new Error('NOAUTH')],
    ['the database does not exist', () => `${login}/99`, new Error('ERR DB index is out of range')],
  ])('does not start and explains that %s', async (_name, url, err) => {
    const said = await whyNot(openRedis(url()))
    expect(said).toBe(unusable('REDIS_URL', url(), err).message)
    expectNamed(said, 'REDIS_URL', new URL(url()).host)
    expect(saidBy(said)).toHaveLength(2)
    expect(said).not.toContain('hush')
  })

  const asUser = async (rules: string[]) => {
    await acl('app', 'reset', 'on', '>hush-hush', '~*', ...rules)
    return login.replace(':hush', 'app:hush')
  }

  test.each([
    ['nothing', ['-@all', '+hello', '+client']],
    ['only codes', ['+@all', 'resetkeys', '~passport-email-otp:*']],
  ])('explains which permission is missing for a user who may use %s', async (_name, rules) => {
    const said = await whyNot(openRedis(await asUser(rules)))
    expectNamed(said, 'REDIS_URL', 'NOPERM')
    expect(said).not.toContain('hush')
  })

  test('explains which permission is missing for a user who may use only sessions', async () => {
    const url = await asUser(['-@all', '+@connection', '+get', '+set', '+del'])
    const { code, output } = await start(url)
    expectNamed(output, 'REDIS_URL', 'NOPERM')
    expect(code).toBe(1)
    expect(output).not.toContain('hush')
    expect(output).not.toMatch(/^\s+at /m)
  })

  test('rejects a server that may evict the counts', async () => {
    const set = (policy: string) => server.cli('CONFIG', 'SET', 'maxmemory-policy', policy)
    await set('allkeys-lru')
    const { code, output } = await start(login)
    expectNamed(output, 'REDIS_URL', '"allkeys-lru"', '"noeviction"')
    expect(code).toBe(1)
    await set('noeviction')
  })
})
