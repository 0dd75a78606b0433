import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it, onTestFinished, vi } from 'vitest'
import { Document } from '../helpers/documents.js'
import { root } from '../helpers/package.js'
import { describeWithRedis, type RedisServer, startRedis } from '../helpers/redis-server.js'
import { INSTALL_LIMIT_MS, testPackages } from '../helpers/test-packages.js'
import { until } from '../helpers/until.js'
import { signsInOnThisHost } from './contract.js'
import { compile, programOf, start } from './program.js'

vi.setConfig({ hookTimeout: INSTALL_LIMIT_MS })

const PAGE = 'docs/hosts/serverless-http.md'

describeWithRedis(`the program of ${PAGE}`, () => {
  let redis: RedisServer
  let folder: string
  beforeAll(async () => {
    redis = await startRedis()
    const from = await testPackages('serverless-http')
    folder = await compile({
      from,
      sources: { 'app.ts': programOf(PAGE) },
      packages: ['serverless-http', 'connect-redis'],
    })
    writeFileSync(join(folder, 'lambda.mjs'), readFileSync(join(root, 'test/hosts/lambda.mjs')))
  })
  afterAll(() => redis.stop())

  const startInstance = (environment = {}) =>
    start(folder, 'lambda.mjs', { REDIS_URL: redis.url, ...environment })

  signsInOnThisHost(startInstance)

  it('accepts a code in another instance, whose mail was sent before the answer', async () => {
    const [one, other] = [await startInstance(), await startInstance()]
    const [ada, moved] = [one.browser(), other.browser()]
    await ada.postJson('/api/login', { email: 'ada@example.com' })
    expect(one.smtp.mails).toHaveLength(1)
    for (const [name, value] of ada.cookies) moved.cookies.set(name, value)
    const right = await moved.postJson('/api/login', { code: one.smtp.mails[0]?.code })
    expect([right.status, right.json.reason]).toEqual([200, 'accepted'])
    expect((await moved.get('/')).json).toEqual({ email: 'ada@example.com' })
  })

  it('answers at once with an error while Redis is down, and signs in once it is up', async () => {
    const mine = await startRedis()
    onTestFinished(() => mine.stop())
    const { browser, smtp, output } = await startInstance({ REDIS_URL: mine.url })
    const ada = browser()
    await mine.kill()
    await until(async () => (await ada.get('/login')).status === 500)
    // Nothing is queued, so the error is that of a client without a connection.
    expect((await ada.get('/login')).status).toBe(500)
    await until(() => output.text.includes('ClientOfflineError'))
    await mine.start()
    await until(async () => (await ada.get('/login')).status === 200)
    await ada.postJson('/api/login', { email: 'ada@example.com' })
    const right = await ada.postJson('/api/login', { code: smtp.mails[0]?.code })
    expect([right.status, right.json.reason]).toEqual([200, 'accepted'])
  })

  it('is compiled by the command of the page', () => {
    expect(new Document(PAGE).text).toContain('`npx tsc --module nodenext --target es2022 --strict')
  })
})
