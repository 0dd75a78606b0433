import { type ChallengeStore, Strategy } from 'passport-email-otp'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { endApps } from '../example-app/start-app.js'
import { itOnUnix } from '../helpers/on-unix.js'
import { until } from '../helpers/until.js'
import { wrongCode } from '../helpers/wrong-code.js'
import { verbs } from '../stores/contract/verbs.js'
import { type FourApps, OTP_SECRET, startFourApps, type Visitor } from './four-apps.js'

interface SharedStorage {
  /** The environment variable that tells the app where the server or the file is. */
  readonly env: Readonly<Record<string, string>>
  /** The store of the app, over a separate connection of the test. */
  readonly store: ChallengeStore
  /** For a server, how to end and start it, and what the app logs of a connection that is lost, and restored. */
  readonly server?: {
    readonly lost: readonly string[]
    kill(): Promise<void>
    start(): Promise<void>
  }
  /** Makes the app's requests wait until `resume` is called. */
  pause(): void
  resume(): void
  stop(): Promise<void>
}

/** Tests that four processes behave like one for their users. */
export function behavesAsOneProcess(
  startStorage: () => Promise<SharedStorage>,
  { hasServer = true } = {},
): void {
  let storage: SharedStorage
  let four: FourApps
  beforeAll(async () => {
    storage = await startStorage()
    four = await startFourApps(storage.env)
  }, 120_000)
  afterAll(async () => {
    endApps() // the last test has stopped them, unless it failed
    await four?.smtp.close()
    await storage?.stop()
  })

  /** Requests a code, and returns the one in the mail. */
  async function requestCode(email: string) {
    const visitor = four.visitor()
    const sent = four.smtp.mails.length
    await visitor.post(0, '/login/email', { email })
    const mails = await four.smtp.waitFor(sent + 1)
    return { visitor, code: mails[sent]?.code ?? '' }
  }

  /** Returns the failures of an address, which the store reports when it opens a challenge. */
  function failuresOf(email: string): Promise<number> {
    const options = { secret: OTP_SECRET, sendCode: async () => {} }
    const address = new Strategy(options, async () => undefined).addressHash(email)
    return verbs({ store: storage.store, advance: () => {} }).failures({ address })
  }

  /**
   * Waits until every process reads this visitor's session from the server again. `/health` does not show it:
   * the strategy keeps its result for some seconds.
   */
  async function untilAllRead(visitor: Visitor) {
    for (const process of [0, 1, 2, 3]) {
      await until(async () => (await visitor.get(process, '/login')).status === 200)
    }
  }

  test('sign a user in whose requests reach different processes', async () => {
    const visitor = four.visitor()
    expect(await visitor.get(0, '/login')).toMatchObject({ status: 200 })
    const asked = await visitor.post(1, '/login/email', { email: 'ann@example.com' })
    expect(asked).toMatchObject({ status: 303, location: '/login' })
    const { code, envelope } = await four.smtp.next()
    expect(envelope.to).toEqual(['ann@example.com'])
    const reloaded = await visitor.get(2, '/login')
    expect(reloaded.text).toContain('<bdi>ann@example.com</bdi>')
    const entered = await visitor.post(3, '/login/code', { code })
    expect(entered).toMatchObject({ status: 302, location: '/' })
    for (const process of [0, 1, 2, 3]) {
      const home = await visitor.get(process, '/')
      expect(home.text).toContain('<strong>ann@example.com</strong>')
    }
    await visitor.post(2, '/logout')
    expect(await visitor.get(1, '/')).toMatchObject({ location: '/login' })
  })

  test('RAC-05: evaluate exactly five of 40 concurrent wrong codes of one session', async () => {
    const { visitor, code } = await requestCode('bea@example.com')
    const answers = await visitor.postAtOnce(40, '/login/code', { code: wrongCode(code) })
    expect(new Set(answers.map(({ location }) => location))).toEqual(new Set(['/login']))
    expect(await failuresOf('bea@example.com')).toBe(5)
    expect(await visitor.post(1, '/login/code', { code })).toMatchObject({ location: '/login' })
    expect((await visitor.get(2, '/login')).text).not.toContain('name="code"')
  })

  test('RAC-05: log in once for 16 right codes and four wrong ones at once', async () => {
    const { visitor, code } = await requestCode('cem@example.com')
    const codes = Array.from({ length: 20 }, (_, n) => (n % 5 === 4 ? wrongCode(code) : code))
    const answers = await Promise.all(
      codes.map((typed, n) => visitor.post(n, '/login/code', { code: typed })),
    )
    const locations = answers.map(({ location }) => location).sort()
    expect(locations).toEqual(['/', ...Array(19).fill('/login')])
    // Those of the four that came first were counted.
    expect(await failuresOf('cem@example.com')).toBeLessThanOrEqual(4)
    // The login replaces the session, so that the other requests may have started new, logged-out sessions.
    const sessions = new Set(answers.flatMap(({ session }) => session ?? []))
    const homes = await Promise.all([...sessions].map((id) => four.visitor(id).get(3, '/')))
    const loggedIn = homes.filter(({ status }) => status === 200)
    expect(loggedIn).toHaveLength(1)
    expect(loggedIn[0]?.text).toContain('<strong>cem@example.com</strong>')
  })

  test.runIf(hasServer)('answer with errors while the server is down, and work again', async () => {
    const { server } = storage
    const { visitor: earlier } = await requestCode('flo@example.com')
    await server?.kill()
    const started = performance.now()
    for (const process of [0, 1, 2, 3]) {
      const answer = await four
        .visitor()
        .post(process, '/login/email', { email: 'fay@example.com' })
      expect(answer.status).toBeGreaterThanOrEqual(500)
      expect(answer.text).toContain('role="alert"')
    }
    // No command is queued until the server is back.
    expect(performance.now() - started).toBeLessThan(4_000)
    await server?.start()
    await untilAllRead(earlier)
    const { visitor, code } = await requestCode('gus@example.com')
    expect(await visitor.post(2, '/login/code', { code })).toMatchObject({ location: '/' })
  })

  test('answer with errors within seconds while the storage hangs', async () => {
    const { visitor, code } = await requestCode('hal@example.com')
    storage.pause()
    const started = performance.now()
    const answer = await visitor.post(0, '/login/code', { code })
    expect(answer.status).toBeGreaterThanOrEqual(500)
    expect(performance.now() - started).toBeLessThan(8_000)
    storage.resume()
    await untilAllRead(visitor)
    const { visitor: other, code: next } = await requestCode('ian@example.com')
    expect(await other.post(3, '/login/code', { code: next })).toMatchObject({ location: '/' })
  })

  itOnUnix('exit on a signal, even while a server is down', async () => {
    const { server } = storage
    const [first, ...others] = four.apps
    const started = performance.now()
    expect(await first?.stop('SIGINT')).toBe(0)
    await server?.kill()
    expect(await Promise.all(others.map((app) => app.stop('SIGTERM')))).toEqual([0, 0, 0])
    // They close their connections. An idle one would keep a process alive for 10 seconds.
    expect(performance.now() - started).toBeLessThan(8_000)
    for (const app of four.apps) {
      if (server) {
        const [lost = '', ...restored] = server.lost
        const [, ...later] = app.output().split(lost)
        expect(later).not.toEqual([])
        for (const line of restored) expect(later.join()).toContain(line)
      }
      expect(app.output()).not.toContain(OTP_SECRET)
    }
    await server?.start()
  })
}
