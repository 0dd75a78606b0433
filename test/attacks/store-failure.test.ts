import { type CodeMail, EmailOtpError, MemoryStore } from 'passport-email-otp'
import { expect, it } from 'vitest'
import { SECOND, stopTimeouts } from '../helpers/clock.js'
import { Counter, gate } from '../helpers/gate.js'
import { exchangeable, faultyStore } from '../helpers/watch-store.js'
import { ADA, createWorld, EVE } from '../helpers/world.js'
import { wrongCode } from '../helpers/wrong-code.js'

const throws: [what: string, fail: () => unknown][] = [
  ['rejects', () => Promise.reject(new Error('gone'))],
  [
    'throws at once',
    () => {
      throw new Error('gone')
    },
  ],
  ['rejects with undefined', () => Promise.reject()],
  ['rejects with a string', () => Promise.reject('gone')],
  ['rejects with an object without a prototype', () => Promise.reject(Object.create(null))],
]

it.each(throws)(
  'STF-01: where open %s nothing is mailed and nothing pending',
  async (_what, fail) => {
    let isDown = false
    const { client, codeFor, smtp, heard, sessions } = await createWorld({
      store: faultyStore((real) => ({ open: (r) => (isDown ? fail() : real.open(r)) })),
    })
    const [ada, eve] = [client(), client()]
    const code = await codeFor(ada)
    isDown = true
    const before = await sessions.pending()
    for (const browser of [ada, eve]) {
      const asked = await browser.requestCode(EVE)
      expect(asked.status).toBe(503)
      expect(asked.body.code).toBe('store_failed')
    }
    expect(smtp.mails).toHaveLength(1)
    expect(await sessions.pending()).toEqual(before)
    const failed = await heard('store_failed', 2)
    expect(failed[0]).toMatchObject({ verb: 'open', error: expect.any(EmailOtpError) })
    isDown = false
    // What was pending still works, and so does the next try.
    expect((await ada.enterCode(code)).status).toBe(200)
    expect((await eve.enterCode(await codeFor(eve, EVE))).status).toBe(200)
  },
)

it.each(throws)(
  'STF-01: where attempt %s nobody is signed in, and the next try works',
  async (_what, fail) => {
    let isDown = true
    const { client, codeFor } = await createWorld({
      store: faultyStore((real) => ({ attempt: (r) => (isDown ? fail() : real.attempt(r)) })),
    })
    const ada = client()
    const code = await codeFor(ada)
    expect((await ada.enterCode(code)).status).toBe(503)
    const { pending } = (await ada.home()).body
    expect(pending).toMatchObject({ email: ADA })
    expect(pending).not.toHaveProperty('ended')
    isDown = false
    expect((await ada.enterCode(code)).status).toBe(200)
  },
)

it('STF-01: a cancel that fails is an event, and the failed mail stays the error', async () => {
  const { client, smtp, heard } = await createWorld({
    store: faultyStore(() => ({ cancel: () => Promise.reject(new Error('gone')) })),
  })
  smtp.rejectMail(451)
  const ada = client()
  expect((await ada.requestCode(ADA)).body.code).toBe('delivery_failed')
  expect((await heard('store_failed'))[0]).toMatchObject({ verb: 'cancel' })
  smtp.behave()
  // The store still believes that the mail went out, so there is a wait; "code sent" would be a lie.
  const again = await ada.requestCode(ADA)
  expect(again.body).toMatchObject({ reason: 'rate_limited', next: 'wait' })
  expect(again.body.retryAfterSeconds).toBeLessThanOrEqual(30)
})

it.each([
  ['its default', undefined, 2 * SECOND],
  ['its limit', 1, SECOND],
])(
  'STF-03: an attempt that hangs ends after %s, and a late yes signs nobody in',
  async (_what, storeTimeoutSeconds, limit) => {
    const reached = new Counter()
    const answer = gate<{ outcome: 'accepted' }>()
    const verified: string[] = []
    const { client, codeFor, events } = await createWorld({
      storeTimeoutSeconds,
      verify: async (email) => {
        verified.push(email)
        return { email }
      },
      store: faultyStore(() => ({
        attempt: () => {
          reached.add()
          return answer.opened
        },
      })),
    })
    const ada = client()
    const code = await codeFor(ada)
    const timers = stopTimeouts()
    let answered = false
    const entering = ada.enterCode(code).then((response) => {
      answered = true
      return response
    })
    await reached.reached(1)
    timers.pass(limit - 1)
    await ada.home()
    expect(answered).toBe(false)
    timers.pass(1)
    const response = await entering
    expect(response.status).toBe(503)
    answer.open({ outcome: 'accepted' })
    await ada.home()
    expect((await ada.home()).status).toBe(401)
    expect(verified).toEqual([])
    expect(events.some(({ type }) => type === 'verified')).toBe(false)
    expect(reached.count).toBe(1) // and nobody asked twice
  },
)

it('STF-03: an opening that comes too late is cancelled, with its send given back', async () => {
  const [reached, held] = [gate(), gate()]
  const real = new MemoryStore()
  let hangs = true
  const store = faultyStore(() => ({
    open: async (request) => {
      const result = await real.open(request)
      if (hangs) {
        reached.open()
        await held.opened
      }
      return result
    },
    cancel: (request) => {
      cancelled.open(request)
      return real.cancel(request)
    },
  }))
  const cancelled = gate<unknown>()
  const sent = new Counter()
  const { client, sessions } = await createWorld({ store, sendCode: () => sent.add() })
  const ada = client()
  const timers = stopTimeouts()
  const asking = ada.requestCode(ADA).then((response) => response)
  await reached.opened
  timers.pass(2 * SECOND)
  expect((await asking).status).toBe(503)
  expect(await sessions.all()).toEqual({})
  expect(real.size.challenges).toBe(1)
  hangs = false
  held.open()
  expect(await cancelled.opened).toMatchObject({ refund: 'whole' })
  expect(real.size.challenges).toBe(0)
  expect(sent.count).toBe(0)
  for (let n = 0; n < 5; n++) expect((await client().requestCode(ADA)).status).toBe(202)
  expect((await client().requestCode(ADA)).status).toBe(429)
})

it.each<[what: string, end: (held: ReturnType<typeof gate<unknown>>) => void]>([
  ['waiting', (held) => held.open({ outcome: 'waiting', retryAfterMs: 1 })],
  ['limited', (held) => held.open({ outcome: 'limited', retryAfterMs: 1 })],
  ['reopened', (held) => held.open({ outcome: 'reopened' })],
  ['nothing', (held) => held.open(undefined)],
  ['null', (held) => held.open(null)],
  ['a string', (held) => held.open('opened')],
  // Unhandled, it would fail this run.
  ['a rejection', (held) => held.fail(new Error('late'))],
])('STF-03: a late answer of %s is ignored', async (_what, end) => {
  const [reached, held] = [gate(), gate<unknown>()]
  const { client, calls, smtp } = await createWorld({
    store: faultyStore(() => ({
      open: () => {
        reached.open()
        return held.opened
      },
    })),
  })
  const ada = client()
  const timers = stopTimeouts()
  const asking = ada.requestCode(ADA).then((response) => response)
  await reached.opened
  timers.pass(2 * SECOND)
  expect((await asking).status).toBe(503)
  end(held)
  await ada.home()
  expect(calls.map(({ verb }) => verb)).toEqual(['open'])
  expect(smtp.mails).toEqual([])
})

it('STF-03: a cancel that hangs delays the answer by its limit and no longer', async () => {
  const reached = gate()
  const { client } = await createWorld({
    store: faultyStore(() => ({
      cancel: () => {
        reached.open()
        return new Promise(() => {})
      },
    })),
    sendCode: () => Promise.reject(Object.assign(new Error('down'), { notSent: true })),
  })
  const timers = stopTimeouts()
  const asking = client()
    .requestCode(ADA)
    .then((response) => response)
  await reached.opened
  timers.pass(2 * SECOND)
  expect((await asking).body.code).toBe('delivery_failed')
})

it('STF-04: a memory store that restarted knows no code, and the next one works at once', async () => {
  const { store, moveTo } = exchangeable(new MemoryStore())
  const { client, codeFor } = await createWorld({ store })
  const ada = client()
  const code = await codeFor(ada)
  const restarted = new MemoryStore()
  moveTo(restarted)
  const refused = await ada.enterCode(code)
  expect(refused.status).toBe(403)
  expect(refused.body).toMatchObject({ reason: 'no_pending_code', next: 'request_code' })
  expect(refused.body.pending).toMatchObject({ email: ADA, ended: 'gone' })
  expect(restarted.size).toEqual({ challenges: 0, addresses: 0 })
  expect((await ada.enterCode(await codeFor(ada))).status).toBe(200)
})

const garbage: unknown[] = [
  ...[
    undefined,
    null,
    {},
    [],
    0,
    1,
    true,
    '',
    'opened',
    'accepted',
    ['accepted'],
    () => 'accepted',
  ],
  ...[{ outcome: '' }, { outcome: 'OPENED' }, { outcome: ['accepted'] }, { outcome: { a: 1 } }],
  ...[{ outcome: 'accepted ' }, { outcome: true }, { outcome: 'ok' }, { ok: true }, new Map()],
  Object.create(null),
  {
    get outcome() {
      throw new Error('no')
    },
  },
]

const badOpenings: unknown[] = [
  ...garbage,
  ...[undefined, null, -1, 0.5, '0', Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, [], {}].map(
    (failures) => ({ outcome: 'opened', failures }),
  ),
  ...[{ outcome: 'accepted' }, { outcome: 'wrong', attemptsLeft: 1, failures: 1 }],
  // Nothing is pending, so there is nothing to wait for or to mail again.
  ...[{ outcome: 'reopened' }, { outcome: 'waiting', retryAfterMs: 1 }],
  ...[undefined, -1, Number.NaN, Number.POSITIVE_INFINITY, '5', null].map((retryAfterMs) => ({
    outcome: 'limited',
    retryAfterMs,
  })),
]

it('STF-10: what no open can answer is an error: nothing mailed, nothing pending', async () => {
  let result: unknown
  const { client, smtp, sessions, events } = await createWorld({
    store: faultyStore(() => ({ open: async () => result })),
  })
  for (const bad of badOpenings) {
    result = bad
    const asked = await client().requestCode(ADA)
    expect(asked.body.code, String(badOpenings.indexOf(bad))).toBe('store_failed')
  }
  expect(smtp.mails).toEqual([])
  expect(await sessions.all()).toEqual({})
  expect(events.map(({ type }) => type)).toEqual(badOpenings.map(() => 'store_failed'))
})

const badAttempts: unknown[] = [
  ...garbage,
  ...[undefined, -1, 0.5, '4', Number.NaN].flatMap((bad) => [
    { outcome: 'wrong', attemptsLeft: bad, failures: 1 },
    { outcome: 'wrong', attemptsLeft: 1, failures: bad },
  ]),
  ...[{ outcome: 'opened', failures: 0 }, { outcome: 'reopened' }, { outcome: 'waiting' }],
]

it('STF-10: what no attempt can answer signs nobody in, wrong code or right', async () => {
  let result: unknown
  const { client, codeFor, events } = await createWorld({
    store: faultyStore(() => ({ attempt: async () => result })),
  })
  const ada = client()
  const code = await codeFor(ada)
  for (const bad of badAttempts) {
    result = bad
    const what = String(badAttempts.indexOf(bad))
    expect((await ada.enterCode(wrongCode(code))).body.code, what).toBe('store_failed')
    expect((await ada.enterCode(code)).body.code, what).toBe('store_failed')
  }
  result = { outcome: 'accepted' }
  expect((await ada.enterCode(wrongCode(code))).body.code).toBe('store_failed')
  result = { outcome: 'wrong', attemptsLeft: 4, failures: 1 }
  expect((await ada.enterCode(code)).body.code).toBe('store_failed')
  expect((await ada.home()).status).toBe(401)
  expect(events.some(({ type }) => type === 'verified')).toBe(false)
})

it('STF-10: an answer that isn’t a promise is taken as one', async () => {
  const mails: CodeMail[] = []
  const { client } = await createWorld({
    store: faultyStore(() => ({
      open: () => ({ outcome: 'opened', failures: 0 }),
      attempt: ({ matched }) =>
        matched ? { outcome: 'accepted', failures: 0 } : { outcome: 'spent' },
    })),
    sendCode: (mail) => void mails.push(mail),
  })
  const ada = client()
  await ada.requestCode(ADA)
  expect((await ada.enterCode(mails[0]?.code)).status).toBe(200)
})
