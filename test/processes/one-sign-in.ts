import { Strategy as EmailOtpStrategy } from 'passport-email-otp'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ChallengeStore } from '../../src/stores/store.js'
import { endApps } from '../example-app/start-app.js'
import { wrong } from '../example-app/test-app.js'
import { until } from '../helpers/redis-server.js'
import { type FourApps, OTP_SECRET, startFourApps } from './four-apps.js'

export interface SharedServer {
  /** The variable that leads the app to it. */
  readonly env: Readonly<Record<string, string>>
  /** What the app keeps codes in, over a connection of the test's own. */
  readonly store: ChallengeStore
  /** What the app says when it has lost it. */
  readonly lost: RegExp
  kill(): Promise<void>
  start(): Promise<void>
  pause(): void
  resume(): void
  stop(): Promise<void>
}

/** What four processes must be to visitors who don't know that there are four. */
export function behavesAsOneProcess(startServer: () => Promise<SharedServer>): void {
  let server: SharedServer
  let four: FourApps
  beforeAll(async () => {
    server = await startServer()
    four = await startFourApps(server.env)
  }, 120_000)
  afterAll(async () => {
    endApps() // the last test has stopped them, unless one failed
    await four?.smtp.close()
    await server?.stop()
  })

  /** Asks for a code, and gives it as the mail has it. */
  async function askFor(email: string) {
    const visitor = four.visitor()
    const sent = four.smtp.mails.length
    await visitor.post(0, '/login/email', { email })
    const mails = await four.smtp.waitFor(sent + 1)
    return { visitor, code: mails[sent]?.code ?? '' }
  }

  test('each request of a sign-in may reach another process', async () => {
    const visitor = four.visitor()
    expect(await visitor.get(0, '/login')).toMatchObject({ status: 200 })
    const asked = await visitor.post(1, '/login/email', { email: 'ann@example.com' })
    expect(asked).toMatchObject({ status: 303, location: '/login' })
    const { code, envelope } = await four.smtp.next()
    expect(envelope.to).toEqual(['ann@example.com'])
    const reloaded = await visitor.get(2, '/login')
    expect(reloaded.text).toContain('<strong>ann@example.com</strong>')
    const entered = await visitor.post(3, '/login/code', { code })
    expect(entered).toMatchObject({ status: 302, location: '/' })
    for (const process of [0, 1, 2, 3]) {
      const home = await visitor.get(process, '/')
      expect(home.text).toContain('<strong>ann@example.com</strong>')
    }
    await visitor.post(2, '/logout')
    expect(await visitor.get(1, '/')).toMatchObject({ location: '/login' })
  })

  test('of 40 wrong codes of one session at once exactly five are evaluated', async () => {
    const { visitor, code } = await askFor('bea@example.com')
    const answers = await visitor.postAtOnce(40, '/login/code', { code: wrong(code) })
    expect(new Set(answers.map(({ location }) => location))).toEqual(new Set(['/login']))
    expect(await failuresOf(server.store, 'bea@example.com')).toBe(5)
    expect(await visitor.post(1, '/login/code', { code })).toMatchObject({ location: '/login' })
    expect((await visitor.get(2, '/login')).text).not.toContain('name="code"')
  })

  test('of 20 right codes at once one signs in', async () => {
    const { visitor, code } = await askFor('cem@example.com')
    const answers = await visitor.postAtOnce(20, '/login/code', { code })
    const locations = answers.map(({ location }) => location).sort()
    expect(locations).toEqual(['/', ...Array(19).fill('/login')])
    // The session that asked is gone with the sign-in, so the others may have got new ones: strangers'.
    const sessions = new Set(answers.flatMap(({ session }) => session ?? []))
    const homes = await Promise.all([...sessions].map((id) => four.visitor(id).get(3, '/')))
    const signedIn = homes.filter(({ status }) => status === 200)
    expect(signedIn).toHaveLength(1)
    expect(signedIn[0]?.text).toContain('<strong>cem@example.com</strong>')
  })

  test('asking 12 times at once for a code that is on its way sends no mail', async () => {
    const { visitor } = await askFor('dan@example.com')
    const sent = four.smtp.mails.length
    const answers = await visitor.postAtOnce(12, '/login/resend')
    expect(new Set(answers.map(({ location }) => location))).toEqual(new Set(['/login?again']))
    expect(four.smtp.mails).toHaveLength(sent)
  })

  test('of 12 requests at once for the code that guesses made too short, one sends a mail', async () => {
    const { visitor } = await askFor('eve@example.com')
    for (let browser = 2; browser <= 5; browser += 1) await askFor('eve@example.com')
    // Now no send is left, and only the code that is too short is replaced, free of charge.
    const { store } = server
    await countFailures(store, 'eve@example.com', 5)
    const sent = four.smtp.mails.length
    const answers = await visitor.postAtOnce(12, '/login/resend')
    expect(four.smtp.mails).toHaveLength(sent + 1)
    expect(four.smtp.mails[sent]?.code).toMatch(/^\d{8}$/)
    // A late one may have found the new code on its way already, which is no reason for another mail.
    const locations = answers.map(({ location }) => location)
    expect(locations).toContain('/login?again')
    for (const location of locations) expect(['/login', '/login?again']).toContain(location)
  })

  test('a server that is lost makes errors, and no process ends; when it is back, all go on', async () => {
    await server.kill()
    const started = performance.now()
    for (const process of [0, 1, 2, 3]) {
      const answer = await four
        .visitor()
        .post(process, '/login/email', { email: 'fay@example.com' })
      expect(answer.status).toBeGreaterThanOrEqual(500)
      expect(answer.text).toContain('Something went wrong')
    }
    // Nothing waits for the server in a queue, to be carried out when it is back.
    expect(performance.now() - started).toBeLessThan(4_000)
    await server.start()
    for (const process of [0, 1, 2, 3]) {
      await until(async () => (await four.visitor().get(process, '/health')).status === 200)
    }
    const { visitor, code } = await askFor('gus@example.com')
    expect(await visitor.post(2, '/login/code', { code })).toMatchObject({ location: '/' })
  })

  test('a server that is silent makes errors too, within seconds', async () => {
    const { visitor, code } = await askFor('hal@example.com')
    server.pause()
    const started = performance.now()
    const answer = await visitor.post(0, '/login/code', { code })
    expect(answer.status).toBeGreaterThanOrEqual(500)
    expect(performance.now() - started).toBeLessThan(8_000)
    server.resume()
    await until(async () => (await visitor.get(1, '/health')).status === 200)
    const { visitor: other, code: next } = await askFor('ian@example.com')
    expect(await other.post(3, '/login/code', { code: next })).toMatchObject({ location: '/' })
  })

  test('every process ends on a signal, also while the server is away', async () => {
    const [first, ...others] = four.apps
    const started = performance.now()
    expect(await first?.stop('SIGINT')).toBe(0)
    await server.kill()
    expect(await Promise.all(others.map((app) => app.stop('SIGTERM')))).toEqual([0, 0, 0])
    // They close their connections: left to itself, an idle one would keep a process for 10 seconds.
    expect(performance.now() - started).toBeLessThan(8_000)
    for (const app of four.apps) {
      expect(app.output()).toMatch(server.lost)
      expect(app.output()).not.toContain(OTP_SECRET)
    }
    await server.start()
  })
}

/** A budget for what a test does on the side. */
const AMPLE = { key: 'on the side', burst: 1_000, refillMs: 1 }

function addressKeyOf(email: string): string {
  const options = { secret: OTP_SECRET, sendCode: async () => {} }
  return new EmailOtpStrategy(options, async () => undefined).addressKey(email)
}

/** The wrong guesses that the store has counted on an address: opening a challenge tells. */
async function failuresOf(store: ChallengeStore, email: string): Promise<number> {
  const result = await store.open({ ...key(email, 'count'), ...CHALLENGE })
  return result.outcome === 'opened' ? result.failures : Number.NaN
}

/** Wrong guesses in another browser. */
async function countFailures(store: ChallengeStore, email: string, count: number): Promise<void> {
  await store.open({ ...key(email, 'guess'), ...CHALLENGE, attempts: count })
  for (let i = 0; i < count; i += 1) {
    await store.attempt({
      ...key(email, 'guess'),
      matched: false,
      failuresBelow: Number.MAX_SAFE_INTEGER,
      failuresWindowMs: 30 * 86_400_000,
      budget: AMPLE,
    })
  }
}

const CHALLENGE = {
  ttlMs: 600_000,
  keepMs: 120_000,
  attempts: 5,
  spacingMs: 30_000,
  budget: AMPLE,
}

function key(email: string, challenge: string) {
  return { address: addressKeyOf(email), challenge }
}
