import { randomInt } from 'node:crypto'
import { connect } from 'node:net'
import { pathToFileURL } from 'node:url'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { endApps, type RunningApp, START_LIMIT_MS, startApp } from '../example-app/start-app.js'
import { describeWithRedis, type RedisServer, startRedis } from '../helpers/redis-server.js'
import { type Smtp, startSmtp } from '../helpers/smtp.js'
import { wrongCode } from '../helpers/wrong-code.js'
import { browsersOn, type FuzzBrowser } from './browsers.js'
import { fuzzRequest } from './http-requests.js'

/** A few seconds, or as many as whoever has more time says. */
const SECONDS = Number(process.env.FUZZ_SECONDS ?? 2)
const BROWSERS = 16
/** What compilers, caches and pools take until they are warm is no growth. */
const WARM_UP_REQUESTS = 1_000
const MB = 2 ** 20

interface Watched {
  readonly heapUsed: number
  readonly rss: number
  readonly unhandled: readonly string[]
}

describeWithRedis('the example app, built, in a process of its own', () => {
  let redis: RedisServer
  let smtp: Smtp
  let app: RunningApp
  beforeAll(async () => {
    redis = await startRedis()
    smtp = await startSmtp()
    const preload = pathToFileURL(`${import.meta.dirname}/watched-process.mjs`).href
    app = await startApp({
      NODE_OPTIONS: `--import ${preload}`,
      SMTP_URL: smtp.url,
      MAIL_FROM: 'Acme <login@acme.example>',
      OTP_SECRET: 'correct horse battery staple 0123456789',
      SESSION_SECRET: 'another correct horse battery staple',
      // Sessions and codes are kept outside of the process, so that whatever grows in it is a leak.
      REDIS_URL: redis.url,
      // Each browser has a network address, or the app's own limit would answer most of them.
      TRUST_PROXY: '1',
    })
  }, START_LIMIT_MS)
  afterAll(async () => {
    await app?.stop()
    endApps()
    await smtp?.close()
    await redis?.stop()
  })

  const look = async (): Promise<Watched> => {
    const [, url = ''] = /Watched at (\S+)/.exec(app.output()) ?? []
    return (await fetch(url)).json() as Promise<Watched>
  }

  test(
    `${SECONDS} seconds of anything: no 500, nobody signed in without a code, no rejection, no growth`,
    async () => {
      const { newBrowser, close } = browsersOn(app.url.replace('localhost', '127.0.0.1'))
      const statuses: Record<string, number> = {}
      const signedIn: string[] = []
      const broken: string[] = []
      let requests = 0
      const note = (status: number | undefined, what: () => string) => {
        requests += 1
        statuses[status ?? 'broken off'] = (statuses[status ?? 'broken off'] ?? 0) + 1
        if (status !== undefined && status >= 500) broken.push(`${status}: ${what()}`)
      }

      /** A visit as it should be, with a slip: the fuzz around it must not keep anybody out. */
      async function visit(browser: FuzzBrowser, email: string): Promise<void> {
        await browser.post('/logout')
        const asked = await browser.post('/login/email', { email })
        note(asked.status, () => `asking for ${email}`)
        const code = smtp.mails.findLast(({ envelope }) => envelope.to[0] === email)?.code
        if (code === undefined) throw new Error(`no mail for ${email}: ${asked.status}`)
        const slip = await browser.post('/login/code', { code: wrongCode(code) })
        note(slip.status, () => 'a wrong code')
        expect(slip.location).toBe('/login')
        const entered = await browser.post('/login/code', { code })
        note(entered.status, () => 'the right code')
        expect(entered.location).toBe('/')
        signedIn.push(email)
      }

      async function run(until: () => boolean): Promise<void> {
        const loops = Array.from({ length: BROWSERS }, async (_, n) => {
          const browser = newBrowser(n)
          const visitor = newBrowser(100 + n)
          while (!until()) {
            const seed = randomInt(2 ** 31)
            for (const sent of fc.sample(fuzzRequest, { seed, numRuns: 40 })) {
              const { status, location } = await browser.send(sent)
              note(
                status,
                () => `${sent.method} ${sent.path} ${JSON.stringify(sent.headers)} ${sent.body}`,
              )
              const isPost = sent.method === 'POST' && sent.path.startsWith('/login/code')
              expect(isPost && location === '/', `signed in, seed ${seed}`).toBe(false)
            }
            await visit(visitor, `visitor-${n}-${randomInt(2 ** 31)}@example.com`)
          }
        })
        await Promise.all(loops)
      }

      await run(() => requests >= WARM_UP_REQUESTS)
      const before = await look()
      const [from, started] = [requests, performance.now()]
      await run(() => performance.now() - started > SECONDS * 1000)
      await garbage(app.url)
      const after = await look()
      close()

      expect(broken).toEqual([])
      expect(after.unhandled).toEqual([])
      expect(signedIn.length).toBeGreaterThanOrEqual(2 * BROWSERS)
      // All kinds of answers were met, so what was sent did get past the parsers.
      for (const status of [200, 302, 303, 400, 404, 413, 415])
        expect(statuses).toHaveProperty([`${status}`])
      const grown = {
        heap: (after.heapUsed - before.heapUsed) / MB,
        rss: (after.rss - before.rss) / MB,
      }
      if (process.env.FUZZ_SECONDS) console.info({ requests: requests - from, statuses, grown })
      expect(grown.heap).toBeLessThan(6)
      expect(grown.rss).toBeLessThan(96)
      expect(app.output()).not.toMatch(/Error|at .*\.js:\d+/)
    },
    (SECONDS + 60) * 1000,
  )
})

/** What isn't HTTP at all, each on a connection of its own, until the server ends it. */
async function garbage(origin: string): Promise<void> {
  const port = Number(new URL(origin).port)
  const lines = [
    ...['\r\n\r\n', 'GET\r\n\r\n', 'POST /login/code HTTP/9.9\r\n\r\n', '\0\0\0\0', '\x16\x03\x01'],
    'GET /\xff HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
    'POST /login/email HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n',
    'POST /login/email HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n',
    'POST /login/email HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n',
    `GET / HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`,
  ]
  await Promise.all(
    lines.map(
      (line) =>
        new Promise<void>((resolve) => {
          const socket = connect(port, '127.0.0.1', () => socket.end(line, 'latin1'))
          socket.on('error', () => {}).once('close', () => resolve())
          socket.resume()
        }),
    ),
  )
}
