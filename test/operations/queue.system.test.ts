import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { SMTPServer } from 'smtp-server'
import { afterAll, beforeAll, expect, it, onTestFinished, vi } from 'vitest'
import { Document } from '../helpers/documents.js'
import { freePort } from '../helpers/free-port.js'
import { smtpOfTest } from '../helpers/mail.js'
import { describeOnUnix } from '../helpers/on-unix.js'
import { linkPackage, makeProject } from '../helpers/package.js'
import { describeWithRedis, type RedisServer, startRedis } from '../helpers/redis-server.js'
import { INSTALL_LIMIT_MS, testPackages } from '../helpers/test-packages.js'
import { until } from '../helpers/until.js'
import { start as startProgram } from '../hosts/program.js'

vi.setConfig({ testTimeout: 120_000, hookTimeout: INSTALL_LIMIT_MS })

const QUEUE_KEY = Buffer.alloc(32, 'a key of the queue in this test.').toString('base64')
const [seal, app, worker] = new Document('docs/operations/queue.md').blocks.filter(
  ({ language }) => language === 'js',
)
const USERS = `export const users = {
  findByEmail: async (email) => ['ada@example.com', 'bob@example.com'].includes(email) ? { name: 'Ada' } : undefined,
}`

/** The parts of BullMQ's Queue that the tests call. */
interface Queue {
  add(name: string, data: object, options?: object): Promise<unknown>
  getWaiting(): Promise<{ data: { expiresAt: number; sealed: string } }[]>
  getFailed(): Promise<{ failedReason: string; stacktrace: string[]; attemptsMade: number }[]>
  getJobCounts(): Promise<Record<string, number>>
  obliterate(options: object): Promise<void>
  close(): Promise<void>
}

describeWithRedis('the recipe for a queue', () => {
  let redis: RedisServer
  let folder: string
  let queue: Queue
  let sealed: {
    seal(mail: object): { expiresAt: number; sealed: string }
    open(data: object): Record<string, unknown>
  }

  beforeAll(async () => {
    redis = await startRedis()
    const packages = await testPackages('bullmq')
    folder = await makeProject({
      files: {
        'sealed.mjs': seal?.code ?? '',
        'app.mjs': app?.code ?? '',
        'worker.mjs': worker?.code ?? '',
        // Says when the signal has arrived, before the worker's own listener.
        'told-worker.mjs': `process.on('SIGTERM', () => console.log('told to stop'))\nawait import('./worker.mjs')\n`,
        'users.mjs': USERS,
      },
    })
    for (const name of ['bullmq', 'ioredis']) linkPackage(folder, name, { from: packages })
    vi.stubEnv('QUEUE_KEY', QUEUE_KEY)
    sealed = await import(pathToFileURL(join(folder, 'sealed.mjs')).href)
    const { Queue } = createRequire(join(folder, 'x.js'))('bullmq')
    queue = new Queue('codes', { connection: { url: redis.url } })
  })
  afterAll(async () => {
    vi.unstubAllEnvs()
    await queue.close()
    await redis.stop()
  })

  /** The web process, and a function that posts to it. */
  async function startWeb(env: Record<string, string> = {}) {
    const place = { QUEUE_KEY, REDIS_URL: redis.url, ...env }
    const started = await startProgram(folder, 'app.mjs', place)
    const post = (body: object) =>
      started.browser().postJson('/login', body, { connection: 'close' })
    return { ...started, post }
  }

  function startWorker(smtpUrl: string, file = 'worker.mjs') {
    const { PATH } = process.env
    const env = { PATH, QUEUE_KEY, REDIS_URL: redis.url, SMTP_URL: smtpUrl }
    const child = spawn(process.execPath, [file], { cwd: folder, env })
    onTestFinished(() => void child.kill('SIGKILL'))
    const output = { text: '' }
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (data) => {
        output.text += data
      })
    }
    return { child, output }
  }

  const mailTo = (to: string, expiresAt = new Date(Date.now() + 600_000)) => ({
    ...{ to, code: '493027', digits: 6, expiresAt, purpose: 'login', purposeText: undefined },
  })

  const done = () =>
    until(async () => {
      const { waiting, active, delayed } = await queue.getJobCounts()
      return waiting === 0 && active === 0 && delayed === 0
    })

  const emptied = () => queue.obliterate({ force: true })

  /** All that Redis holds. */
  async function redisContent(): Promise<string> {
    const read: Record<string, readonly string[]> = {
      string: ['GET'],
      hash: ['HGETALL'],
      list: ['LRANGE', '0', '-1'],
      zset: ['ZRANGE', '0', '-1'],
      stream: ['XRANGE', '-', '+'],
      set: ['SMEMBERS'],
    }
    const keys = (await redis.cli('KEYS', '*')).split('\n').filter((key) => key !== '')
    const texts = keys.map(async (key) => {
      const [command = 'TYPE', ...range] = read[await redis.cli('TYPE', key)] ?? []
      return redis.cli(command, key, ...range)
    })
    return (await Promise.all(texts)).join('\n')
  }

  it('queues a job for every request, and mails only those who have an account', async () => {
    await emptied()
    const { post } = await startWeb()
    const known = await post({ email: 'ada@example.com' })
    const unknown = await post({ email: 'somebody.without.account@example.com' })
    for (const { status, json } of [known, unknown]) {
      expect([status, json.reason]).toEqual([202, 'code_sent'])
    }
    const jobs = await queue.getWaiting()
    expect(jobs.map(({ data }) => Object.keys(data))).toEqual(
      Array(2).fill(['expiresAt', 'sealed']),
    )
    expect(jobs[0]?.data.sealed.length).toBe(jobs[1]?.data.sealed.length)
    const before = await redisContent()

    const smtp = await smtpOfTest()
    startWorker(smtp.url)
    const { envelope, code } = await smtp.next()
    await done()
    expect(envelope.to).toEqual(['ada@example.com'])
    expect(smtp.mails).toHaveLength(1)
    for (const secret of ['ada@', 'somebody', 'example.com', code]) {
      expect(before).not.toContain(secret)
      expect(await redisContent()).not.toContain(secret)
    }
    expect(before).toContain(jobs[0]?.data.sealed)
    const { challengeToken } = known.json
    const entered = await post({ code, challengeToken })
    expect([entered.status, entered.json.name]).toEqual([200, 'Ada'])
    expect((await post({ code, challengeToken })).status).toBe(403)
  })

  it('a replayed job sends the same mail again, and an expired or changed one sends none', async () => {
    await emptied()
    const expired = sealed.seal(mailTo('ada@example.com', new Date(Date.now() - 1)))
    await queue.add('code', expired)
    const changed = { ...expired, expiresAt: Date.now() + 600_000 }
    await queue.add('code', changed, { attempts: 5 })
    const replayed = sealed.seal(mailTo('ada@example.com'))
    for (let n = 0; n < 2; n++) await queue.add('code', replayed)
    const smtp = await smtpOfTest()
    startWorker(smtp.url)
    await done()
    const [first, second] = smtp.mails
    expect(second?.envelope).toEqual(first?.envelope)
    expect([first?.code, second?.code, smtp.mails.length]).toEqual(['493027', '493027', 2])
    expect(second?.text).toBe(first?.text)
    expect(await queue.getJobCounts()).toMatchObject({ completed: 3, failed: 1 })
    expect((await queue.getFailed())[0]?.attemptsMade).toBe(1)
  })

  it('no bit of a job can be changed', () => {
    const data = sealed.seal(mailTo('ada@example.com'))
    expect(sealed.open(data)).toMatchObject({ to: 'ada@example.com', code: '493027' })
    const bytes = Buffer.from(data.sealed, 'base64')
    for (let at = 0; at < bytes.length; at++) {
      const changed = Buffer.from(bytes)
      changed[at] = (changed[at] as number) ^ 1
      expect(() => sealed.open({ ...data, sealed: changed.toString('base64') })).toThrow()
    }
    expect(() => sealed.open({ ...data, expiresAt: data.expiresAt + 1 })).toThrow()
    expect(() =>
      sealed.open({ ...data, sealed: bytes.subarray(0, -1).toString('base64') }),
    ).toThrow()
    expect(sealed.seal(mailTo('ada@example.com')).sealed).not.toBe(data.sealed)
  })

  it('a failure that is kept holds neither address nor code, although the mail server quotes both', async () => {
    await emptied()
    const refusing = new SMTPServer({
      disabledCommands: ['AUTH', 'STARTTLS'],
      onData: (stream, session, callback) => {
        stream.on('end', () => {
          const to = session.envelope.rcptTo.map(({ address }) => address)
          const message = `<${to}> does not want "493027 is your Acme code"`
          callback(Object.assign(new Error(message), { responseCode: 554 }))
        })
        stream.resume()
      },
    })
    refusing.on('error', () => {})
    const port = await freePort()
    refusing.listen(port, '127.0.0.1')
    onTestFinished(() => new Promise<void>((resolve) => refusing.close(resolve)))
    await queue.add('code', sealed.seal(mailTo('ada@example.com')), { attempts: 5 })
    const { output } = startWorker(`smtp://127.0.0.1:${port}`)
    await done()
    const [failed, ...others] = await queue.getFailed()
    expect(others).toEqual([])
    expect(failed?.failedReason).toMatch(/554/)
    expect(failed?.attemptsMade).toBe(1)
    expect(failed?.stacktrace).toHaveLength(1)
    await until(() => output.text.includes('554'))
    for (const secret of ['ada', '493027']) {
      expect(await redisContent()).not.toContain(secret)
      expect(output.text).not.toContain(secret)
    }
  })

  it('a job of the web process whose mail has failed for good leaves nothing in Redis', async () => {
    await emptied()
    const { post } = await startWeb()
    expect((await post({ email: 'ada@example.com' })).status).toBe(202)
    const [job] = await queue.getWaiting()
    const sealedText = job?.data.sealed as string
    expect(await redisContent()).toContain(sealedText)
    const smtp = await smtpOfTest()
    smtp.rejectRecipient()
    const { output } = startWorker(smtp.url)
    await until(() => output.text.includes('The mail was not sent: EENVELOPE 550'))
    await done()
    expect(await queue.getJobCounts()).toMatchObject({ failed: 0, completed: 0 })
    expect(await redisContent()).not.toContain(sealedText)
  })

  it('a mail that certainly was not sent is tried again', async () => {
    await emptied()
    const port = await freePort()
    const retry = { attempts: 5, backoff: { type: 'fixed', delay: 50 } }
    await queue.add('code', sealed.seal(mailTo('ada@example.com')), retry)
    const { output } = startWorker(`smtp://127.0.0.1:${port}`)
    await until(async () => (await queue.getJobCounts()).failed === 1)
    const [failed] = await queue.getFailed()
    expect(failed?.attemptsMade).toBe(5)
    const said = () => output.text.split(String(failed?.failedReason)).length - 1
    await until(() => said() >= 5)
    expect(said()).toBe(5)
  })

  describeOnUnix('on SIGTERM', () => {
    it('the worker ends once the mail that it is sending has been accepted', async () => {
      await emptied()
      const smtp = await smtpOfTest()
      smtp.hold()
      const { child, output } = startWorker(smtp.url, 'told-worker.mjs')
      await queue.add('code', sealed.seal(mailTo('ada@example.com')))
      await queue.add('code', sealed.seal(mailTo('bob@example.com')))
      await smtp.waitFor(2)
      child.kill('SIGTERM')
      await until(() => output.text.includes('told to stop'))
      expect(child.exitCode).toBeNull()
      const exit = once(child, 'exit')
      smtp.release()
      expect(await exit).toEqual([0, null])
      expect(await queue.getJobCounts()).toMatchObject({ active: 0, failed: 0, waiting: 0 })
    })

    it('the web process ends with its jobs in the queue', async () => {
      await emptied()
      const { post, child } = await startWeb()
      expect((await post({ email: 'ada@example.com' })).status).toBe(202)
      const exit = once(child, 'exit')
      child.kill('SIGTERM')
      expect(await exit).toEqual([0, null])
      expect(await queue.getJobCounts()).toMatchObject({ waiting: 1 })
    })
  })

  it('without Redis a request is answered, and alike for known and unknown addresses', async () => {
    const other = await startRedis()
    onTestFinished(() => other.stop())
    const { post, output } = await startWeb({ REDIS_URL: other.url })
    await other.kill()
    await until(() => output.text.includes('ECONNREFUSED'))
    const known = await post({ email: 'ada@example.com' })
    const unknown = await post({ email: 'eve@example.com' })
    expect(known.status).toBe(502)
    expect(unknown.status).toBe(502)
    expect(unknown.text).toBe(known.text)
  })
})
