import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { Document } from '../helpers/documents.js'
import { root } from '../helpers/package.js'
import { describeWithRedis, type RedisServer, startRedis } from '../helpers/redis-server.js'
import { INSTALL_LIMIT_MS, testPackages } from '../helpers/test-packages.js'
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

  it('is compiled by the command of the page', () => {
    expect(new Document(PAGE).text).toContain('`npx tsc --module nodenext --target es2022 --strict')
  })
})
