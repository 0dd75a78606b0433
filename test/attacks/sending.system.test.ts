import { createServer } from 'node:net'
import { EmailOtpError, mailer } from 'passport-email-otp'
import { expect, it, onTestFinished } from 'vitest'
import { en } from '../../src/languages/en.js'
import { DAY, HOUR, MINUTE, SECOND, skipTimers } from '../helpers/clock.js'
import { gate } from '../helpers/gate.js'
import { ADA, createWorld, EVE, type World } from '../helpers/world.js'
import { guess } from '../helpers/wrong-code.js'
import { eachStore, inMemory } from './each-store.js'

/** Fails if any span of `ms` holds more than `most` of the instants. */
function expectAtMost(most: number, ms: number, instants: readonly number[]) {
  for (const [n, first] of instants.entries()) {
    const within = instants.slice(n).filter((instant) => instant < first + ms).length
    expect(within).toBeLessThanOrEqual(most)
  }
}

/** Lets the mailer try a mail again at once that was refused for now. */
const skipPause = () => skipTimers(SECOND)

/** How many mails an address may still have from strangers, without waiting. */
async function sendsLeft({ client }: World, email = ADA): Promise<number> {
  for (let n = 0; ; n++) {
    const { body } = await client().requestCode(email)
    if (body.reason === 'rate_limited') return n
    if (n > 20) return Number.POSITIVE_INFINITY
  }
}

const failures: [what: string, fail: (world: World) => void][] = [
  ['a recipient refused for now', ({ smtp }) => smtp.rejectRecipient(450)],
  ['a recipient refused for ever', ({ smtp }) => smtp.rejectRecipient(550)],
  ['a mail refused for now', ({ smtp }) => smtp.rejectMail(451)],
  ['a mail refused for ever', ({ smtp }) => smtp.rejectMail(554)],
]

eachStore(({ name, clocked, newStore }) => {
  // A server keeps the same one instant for all of them: the defaults are tried on it, the rest in memory.
  const limits = [
    [5, 20],
    ...(name === 'memory'
      ? [
          [1, 24],
          [3, 10],
          [20, 20],
        ]
      : []),
  ]
  it.each(limits as [number, number][])(
    'SND-02: %i mails in any hour and %i in any 24 hours, and the wait told is exact',
    async (hour, day) => {
      const { store, clock } = await clocked()
      const mailed: number[] = []
      const { client, events } = await createWorld({
        store,
        maxSendsPerHour: hour,
        maxSendsPerDay: day,
        sendCode: () => void mailed.push(Date.now()),
      })
      const start = Date.now()
      while (Date.now() < start + 2 * DAY) {
        const asked = await client().requestCode(ADA)
        if (asked.status === 202) continue
        const { retryAfterSeconds, reason, next, message } = asked.body
        expect([asked.status, reason, next]).toEqual([429, 'rate_limited', 'wait'])
        expect(asked.headers['retry-after']).toBe(String(retryAfterSeconds))
        expect(message).toBe(en.reasons.rate_limited({ retryAfterSeconds }))
        await clock.pass((retryAfterSeconds - 1) * SECOND)
        const early = await client().requestCode(ADA)
        expect(early.status).toBe(429)
        expect(early.body.retryAfterSeconds).toBe(1)
        await clock.pass(SECOND)
        const before = mailed.length
        expect((await client().requestCode(ADA)).status).toBe(202)
        expect(mailed).toHaveLength(before + 1)
      }
      expectAtMost(hour, HOUR, mailed)
      expectAtMost(day, DAY, mailed)
      // The whole of the allowance was there to be had.
      expect(mailed.filter((at) => at < start + DAY).length).toBe(day)
      expect(events.filter(({ type }) => type === 'limited').length).toBeGreaterThan(0)
    },
  )

  it('SND-02: sign-ins give their sends back, to nobody but the address they were for', async () => {
    const { client, codeFor } = await createWorld({ store: await newStore() })
    for (let n = 0; n < 12; n++) {
      const ada = client()
      expect((await ada.enterCode(await codeFor(ada))).status).toBe(200)
    }
    for (let n = 0; n < 5; n++) await codeFor(client(), EVE)
    expect((await client().requestCode(EVE)).body.reason).toBe('rate_limited')
    const ada = client()
    await ada.enterCode(await codeFor(ada))
    expect((await client().requestCode(EVE)).body.reason).toBe('rate_limited')
  })

  it('SND-03: a second request within 30 seconds sends nothing, and its answer looks the same', async () => {
    const { store, clock } = await clocked()
    const { client, smtp, calls } = await createWorld({ store })
    const ada = client()
    const first = await ada.requestCode(ADA)
    await clock.pass(29 * SECOND)
    const second = await ada.requestCode(ADA)
    expect(second.status).toBe(first.status)
    expect(second.body).toEqual({
      ...first.body,
      retryAfterSeconds: 1,
      pending: { ...first.body.pending, resendInSeconds: 1, expiresInSeconds: 571 },
    })
    expect(smtp.mails).toHaveLength(1)
    await clock.pass(SECOND)
    expect((await ada.requestCode(ADA)).body.retryAfterSeconds).toBe(30)
    expect(smtp.mails).toHaveLength(2)
    expect(calls.map(({ result }) => (result as { outcome: string }).outcome)).toEqual([
      ...['opened', 'waiting', 'reopened'],
    ])
  })

  it('SND-03: no number of requests in one session is more than one mail in 30 seconds', async () => {
    const { client, smtp } = await createWorld({ store: await newStore() })
    const ada = client()
    await ada.requestCode(ADA)
    const answers = await Promise.all(Array.from({ length: 20 }, () => ada.requestCode(ADA)))
    expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(202))
    expect(smtp.mails).toHaveLength(1)
  })

  it('SND-05: a server that was never reached gives the send back, as often as it happens', async () => {
    const closed = createServer()
    await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve))
    const { port } = closed.address() as { port: number }
    await new Promise((resolve) => closed.close(resolve))
    const dead = mailer({ transport: `smtp://127.0.0.1:${port}`, from: 'a@acme.example' })
    onTestFinished(() => dead.close())
    let isDown = true
    const world = await createWorld({
      store: await newStore(),
      sendCode: (mail) => (isDown ? dead(mail) : undefined),
    })
    for (let n = 0; n < 8; n++) expect((await world.client().requestCode(ADA)).status).toBe(502)
    isDown = false
    expect(await sendsLeft(world)).toBe(5)
  })

  it('SND-05: if the mail of a free replacement fails, the next one waits and counts', async () => {
    const { store, clock } = await clocked()
    const world = await createWorld({ store })
    const { client, codeFor, smtp } = world
    const [ada, eve] = [client(), client()]
    await codeFor(ada)
    await guess(eve, await codeFor(eve), 5)
    smtp.rejectMail(554)
    for (let n = 0; n < 10; n++) await ada.requestCode(ADA)
    // Two at first, and a free one. The server that refused it is not asked again at once.
    expect(smtp.mails).toHaveLength(3)
    smtp.behave()
    await clock.pass(30 * SECOND)
    expect((await ada.requestCode(ADA)).status).toBe(202)
    expect(await sendsLeft(world)).toBe(2)
  })

  it('SND-06: spellings in other letters and other forms of a domain share one budget and one count', async () => {
    const world = await createWorld({ store: await newStore() })
    const { client, codeFor, smtp, heard } = world
    const spellings = [
      ...['ann@b\u00FCcher.example', 'ANN@B\u00DCCHER.example', 'Ann@xn--bcher-kva.example'],
      ...['ann@bu\u0308cher.EXAMPLE', ' ann@XN--BCHER-KVA.example\t'],
    ]
    for (const spelling of spellings) {
      const eve = client()
      await guess(eve, await codeFor(eve, spelling), 1)
    }
    expect(new Set(smtp.mails.map(({ envelope }) => envelope.to[0])).size).toBe(1)
    expect((await client().requestCode('aNN@b\u00FCcher.example')).body.reason).toBe('rate_limited')
    const rejected = await heard('rejected', 5)
    expect(rejected.map(({ failures }) => failures)).toEqual([1, 2, 3, 4, 5])
    expect(new Set(rejected.map(({ addressHash }) => addressHash)).size).toBe(1)
    // A tag is another address, and so has sends of its own.
    expect(await sendsLeft(world, 'ann+1@b\u00FCcher.example')).toBe(5)
  })
})

// The rules of the store in these are tried on every store by its contract.
inMemory(({ clocked, newStore }) => {
  it('SND-02: whoever keeps one session and asks again and again gets no more', async () => {
    const { store, clock } = await clocked()
    const mailed: number[] = []
    const { emailOtp } = await createWorld({ store, sendCode: () => void mailed.push(Date.now()) })
    // Without HTTP, which would be most of the work.
    const eve = { headers: {}, session: {} }
    for (let n = 0; n < 12 * 12; n++) {
      await emailOtp.requestCode(eve, ADA)
      await clock.pass(5 * MINUTE)
    }
    expect(mailed.length).toBeGreaterThan(5)
    expectAtMost(5, HOUR, mailed)
    expectAtMost(20, DAY, mailed)
  })

  it.each(failures)(
    'SND-05: %s is an error, takes the challenge back and counts as five minutes',
    async (_what, fail) => {
      skipPause()
      const { store, clock } = await clocked()
      const world = await createWorld({ store })
      const { client, smtp, calls, heard, sessions } = world
      fail(world)
      const ada = client()
      const asked = await ada.requestCode(ADA)
      expect(asked.status).toBe(502)
      expect(asked.body.code).toBe('delivery_failed')
      expect(calls.map(({ verb }) => verb)).toEqual(['open', 'cancel'])
      expect(calls[1]?.request).toMatchObject({ refund: 'reduced' })
      const [event] = await heard('send_failed')
      expect(event?.error).toBeInstanceOf(EmailOtpError)
      // The page still knows the address and offers a new code. The code that may have leaked is dead.
      expect((await ada.home()).body.pending).toMatchObject({ email: ADA, ended: 'not_sent' })
      const [mail] = smtp.mails
      if (mail) expect((await ada.enterCode(mail.code)).body.reason).toBe('no_pending_code')
      // A code from a mail that was delivered all the same is one that the store no longer knows.
      expect(await sessions.pending()).toMatchObject({ ended: 'not_sent' })
      smtp.behave()
      const early = await ada.requestCode(ADA)
      expect(early.body).toMatchObject({ reason: 'rate_limited', retryAfterSeconds: 30 })
      await clock.pass(30 * SECOND)
      expect((await ada.requestCode(ADA)).status).toBe(202)
      expect((await ada.enterCode(smtp.mails.at(-1)?.code)).status).toBe(200)
      expect(await sendsLeft(world)).toBe(4)
      await clock.pass(5 * MINUTE)
      expect(await sendsLeft(world)).toBe(1)
    },
  )

  it('SND-05: but not where somebody guessed at the code meanwhile', async () => {
    const [sending, fail] = [gate(), gate()]
    let isDown = false
    const world = await createWorld({
      store: await newStore(),
      sendCode: async () => {
        if (!isDown) return
        sending.open()
        await fail.opened
        throw Object.assign(new Error('no server'), { notSent: true })
      },
    })
    const eve = world.client()
    await eve.requestCode(EVE) // for a cookie
    isDown = true
    const asking = eve.requestCode(ADA).then((answer) => answer)
    await sending.opened
    expect((await eve.enterCode('123456')).body).toMatchObject({ reason: 'invalid_code' })
    fail.open()
    expect((await asking).status).toBe(502)
    isDown = false
    expect(await sendsLeft(world)).toBe(4)
  })

  it('SND-05: a loop of refused mails has one try in 30 seconds, and less than 360 in a day', async () => {
    const { store, clock } = await clocked()
    let tries = 0
    const world = await createWorld({
      store,
      sendCode: () => {
        tries += 1
        throw Object.assign(new Error('mailbox full'), { notSent: true, responseCode: 552 })
      },
    })
    const statuses = []
    for (let n = 0; n < 8; n++) statuses.push((await world.client().requestCode(ADA)).status)
    expect(statuses).toEqual([502, ...Array(7).fill(429)])
    // A day of it, without HTTP.
    const most = 72 + 12 * 24
    const ask = () => world.emailOtp.requestCode({ headers: {}, session: {} }, ADA)
    const start = Date.now()
    while (Date.now() < start + DAY) {
      // A mail that was refused rejects.
      const answer = await ask().catch(() => undefined)
      const seconds = answer?.reason === 'rate_limited' ? answer.retryAfterSeconds : 1
      await clock.pass(seconds * SECOND)
    }
    expect(tries).toBeGreaterThan(0.55 * most)
    expect(tries).toBeLessThanOrEqual(most)
  })
})
