import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { describeWithRedis, type RedisServer, startRedis } from '../helpers/redis-server.js'
import { BUILD_MS, endApps, runApp, saidBy } from './start-app.js'

vi.setConfig({ testTimeout: BUILD_MS })

const secret = 'correct horse battery staple 0123456789'
const start = (url: string) =>
  runApp({ OTP_SECRET: secret, SESSION_SECRET: secret, REDIS_URL: url })

describeWithRedis('the example app, started with REDIS_URL', () => {
  let server: RedisServer
  let login: string
  beforeAll(async () => {
    server = await startRedis('--requirepass', 'hush-hush')
    login = `redis://:hush-hush@127.0.0.1:${server.port}`
  })
  afterEach(endApps)
  afterAll(() => server?.stop())

  const acl = (...rules: string[]) => server.cli('-a', 'hush-hush', 'ACL', 'SETUSER', ...rules)

  test.each([
    ['nobody listens', () => 'redis://:hush-hush@127.0.0.1:1', 'does not answer: nothing listens'],
    ['no such host', () => 'redis://:hush-hush@redis.invalid', 'was not found: there is no host'],
    [
      'a wrong password',
      () => login.replace('hush-hush', 'hush-no'),
      'refused the user name or the password that are in it.',
    ],
    ['no password', () => login.replace(':hush-hush@', ''), 'wants a user name or a password'],
    ['no such database', () => `${login}/99`, 'cannot be used: ERR DB index is out of range'],
  ])('says in words what is wrong: %s', async (_name, url, words) => {
    const { code, output } = await start(url())
    expect(output).toContain(`in REDIS_URL ${words}`)
    expect(code).toBe(1)
    expect(saidBy(output)).toHaveLength(2)
    expect(output).not.toContain('hush')
  })

  test.each([
    ['nothing', ['-@all', '+hello', '+client'], /in REDIS_URL cannot be used: NOPERM/],
    ['sessions alone', ['-@all', '+@connection', '+get', '+set', '+del'], /REDIS_URL: .*NOPERM/],
    ['codes alone', ['+@all', 'resetkeys', '~passport-email-otp:*'], /cannot be used: .*NOPERM/],
  ])('says that a user with the right to %s lacks another', async (_name, rules, words) => {
    await acl('app', 'reset', 'on', '>hush-hush', '~*', ...rules)
    const { code, output } = await start(login.replace(':hush', 'app:hush'))
    expect(output).toMatch(words)
    expect(code).toBe(1)
    expect(output).not.toContain('hush')
    expect(output).not.toMatch(/^\s+at /m)
  })

  test('refuses a server that may evict what was counted', async () => {
    const set = (policy: string) =>
      server.cli('-a', 'hush-hush', 'CONFIG', 'SET', 'maxmemory-policy', policy)
    await set('allkeys-lru')
    const { code, output } = await start(login)
    expect(output).toContain('- REDIS_URL: Redis may evict')
    expect(output).toContain('"noeviction"')
    expect(code).toBe(1)
    await set('noeviction')
  })
})
