import { MemoryStore } from 'passport-email-otp'
import { expect, it, vi } from 'vitest'
import { processorMs } from '../helpers/processor-time.js'
import { watch } from '../helpers/watch-store.js'
import { ADA, createWorld } from '../helpers/world.js'

// Seconds of work on a machine that does nothing else.
vi.setConfig({ testTimeout: 240_000 })

it('DOS-01: of requests without a cookie the refused leave no challenge, and each is one store trip', async () => {
  const real = new MemoryStore()
  const watched = watch(real)
  const { emailOtp, events } = await createWorld({ store: watched.store, sendCode: () => {} })
  const sessions: object[] = []
  const ask = async (n: number) => {
    const session = {}
    await emailOtp.requestCode({ headers: {}, session }, `a${n % 100}@x.org`)
    sessions.push(session)
  }
  for (let n = 0; n < 2_000; n++) await ask(n)
  // A hundred addresses with five sends each; what was refused wrote nothing, not even a session.
  expect(real.size).toEqual({ challenges: 500, addresses: 100 })
  expect(sessions.filter((session) => Object.keys(session).length > 0)).toHaveLength(500)
  expect(watched.calls).toHaveLength(2_000)
  // Issued and sent, or limited; and one alarm, because nobody answers.
  expect(events.filter(({ type }) => type !== 'pressure')).toHaveLength(2_000 + 500)
  expect(events.filter(({ type }) => type === 'pressure')).toHaveLength(1)
})

it('DOS-01: over HTTP a refused request makes no session either', async () => {
  const { client, sessions, smtp } = await createWorld()
  for (let n = 0; n < 5; n++) await client().requestCode(ADA)
  const before = await sessions.all()
  for (let n = 0; n < 20; n++) {
    const refused = await client().requestCode(ADA)
    expect(refused.status).toBe(429)
    expect(refused.headers['set-cookie']).toBeUndefined()
  }
  expect(await sessions.all()).toEqual(before)
  expect(smtp.mails).toHaveLength(5)
})

it('DOS-01: the work for a request doesn’t grow with those before it', async () => {
  const { emailOtp } = await createWorld({ sendCode: () => {}, onEvent: undefined })
  const batch = (from: number) =>
    processorMs(async () => {
      for (let n = from; n < from + 250; n++) {
        await emailOtp.requestCode({ headers: {}, session: {} }, `a${n}@x.org`)
      }
    })
  await batch(0) // warm
  const times = []
  for (let n = 1; n <= 7; n++) times.push(await batch(n * 250))
  const median = (all: number[]) => [...all].sort((a, b) => a - b)[Math.floor(all.length / 2)] ?? 0
  // A scan of all that is kept would take six times as long at the end.
  expect(median(times.slice(-3))).toBeLessThan(3 * median(times.slice(0, 3)))
})

it('DOS-02: ten thousand requests in one session leave it as large as one did', async () => {
  const { emailOtp } = await createWorld({ sendCode: () => {} })
  const session: Record<string, unknown> = {}
  const req = { headers: {}, session }
  await emailOtp.requestCode(req, 'a0000@x.org')
  const size = JSON.stringify(session).length
  for (let n = 0; n < 10_000; n++) {
    const email = `a${String(n % 3_000).padStart(4, '0')}@x.org`
    await emailOtp.requestCode(req, email)
    if (n % 10 === 0) await emailOtp.verifyCode(req, '000000')
    if (n % 100 === 0) expect(JSON.stringify(session).length).toBeLessThanOrEqual(size + 1)
  }
  expect(Object.keys(session)).toEqual(['email-otp'])
  expect(JSON.stringify(session).length).toBeLessThan(400)
})

it('DOS-02: what is typed is not kept, however long it is', async () => {
  const { client, sessions, codeFor } = await createWorld()
  const ada = client()
  await codeFor(ada)
  const before = JSON.stringify(await sessions.all())
  const long = 'x'.repeat(50_000)
  await ada.requestCode(long)
  await ada.requestCode(`${long}@x.org`)
  await ada.enterCode(long)
  await ada.enterCode('1'.repeat(50_000))
  await ada.post({ email: ADA, remembered: long, [long]: long })
  expect(JSON.stringify(await sessions.all())).toBe(before)
})
