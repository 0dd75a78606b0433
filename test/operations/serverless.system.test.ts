import { type ChildProcess, execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { Document } from '../helpers/documents.js'
import { linkPackage, makeProject } from '../helpers/package.js'
import { describeWithRedis, type RedisServer, startRedis } from '../helpers/redis-server.js'
import { INSTALL_LIMIT_MS, testPackages } from '../helpers/test-packages.js'
import { until } from '../helpers/until.js'
import { start as startProgram } from '../hosts/program.js'

vi.setConfig({ testTimeout: 120_000, hookTimeout: INSTALL_LIMIT_MS })

const execute = promisify(execFile)
const [program] = new Document('docs/operations/serverless.md').blocks
const host = readFileSync(join(import.meta.dirname, 'freezing-host.mjs'), 'utf8')

describeWithRedis('the program for Vercel, on a host that stops the process', () => {
  let redis: RedisServer
  let packages: string
  beforeAll(async () => {
    redis = await startRedis()
    packages = await testPackages('vercel')
  })
  afterAll(() => redis.stop())

  async function start(app: string | undefined) {
    const folder = await makeProject({ files: { 'app.mjs': app ?? '', 'host.mjs': host } })
    linkPackage(folder, '@vercel/functions', { from: packages })
    const started = await startProgram(folder, 'host.mjs', { REDIS_URL: redis.url })
    const { browser, child } = started
    return {
      ...started,
      /** Sends a request to the running process, and waits until the host has stopped it again. */
      async post(body: object) {
        child.kill('SIGCONT')
        const answer = await browser().postJson('/login', body, { connection: 'close' })
        await until(() => isStopped(child))
        return answer
      },
    }
  }

  it('sends the mail before the process is stopped, and signs in with the next requests', async () => {
    const { post, smtp } = await start(program?.code)
    const asked = await post({ email: 'ada@example.com' })
    expect(asked).toMatchObject({ status: 202, json: { reason: 'code_sent' } })
    expect(smtp.mails.map(({ envelope }) => envelope.to)).toEqual([['ada@example.com']])
    const { challengeToken } = asked.json
    const entered = await post({ code: smtp.mails[0]?.code, challengeToken })
    expect(entered).toMatchObject({ status: 200, json: { reason: 'accepted', name: 'Ada' } })
  })

  it('sends no mail to an address that may not sign in, and answers the same', async () => {
    const { post, smtp } = await start(program?.code)
    const asked = await post({ email: 'eve@example.com' })
    expect(asked).toMatchObject({ status: 202, json: { reason: 'code_sent' } })
    expect(smtp.mails).toEqual([])
  })

  it('answers a request after it was stopped for longer than other programs let a connection be silent', async () => {
    const { post } = await start(program?.code)
    await post({ email: 'eve@example.com' })
    const stoppedAt = performance.now()
    await until(() => performance.now() - stoppedAt > 3_500)
    expect(await post({ email: 'ada@example.com' })).toMatchObject({ status: 202 })
  })

  it('goes on when Redis ends its connections', async () => {
    const { post, smtp, child } = await start(program?.code)
    const asked = await post({ email: 'ada@example.com' })
    child.kill('SIGCONT')
    await redis.cli('CLIENT', 'KILL', 'TYPE', 'normal')
    const { challengeToken } = asked.json
    const code = smtp.mails[0]?.code
    let entered = asked
    await until(async () => {
      entered = await post({ code, challengeToken })
      return entered.status !== 503
    })
    expect(entered).toMatchObject({ status: 200, json: { reason: 'accepted', name: 'Ada' } })
  })

  it('without afterResponse the mail leaves with the next request', async () => {
    const { post, smtp, child } = await start(program?.code.replace(/^ *afterResponse.*\n/m, ''))
    expect((await post({ email: 'ada@example.com' })).status).toBe(202)
    expect(smtp.mails).toEqual([])
    child.kill('SIGCONT')
    expect((await smtp.next()).envelope.to).toEqual(['ada@example.com'])
  })
})

async function isStopped({ pid }: ChildProcess): Promise<boolean> {
  return (await execute('ps', ['-o', 'state=', '-p', `${pid}`])).stdout.startsWith('T')
}
