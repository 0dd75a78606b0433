import { expect, it } from 'vitest'
import { SECOND } from '../helpers/clock.js'
import { gate } from '../helpers/gate.js'
import { ADA, createWorld, EVE } from '../helpers/world.js'
import { wrongCode } from '../helpers/wrong-code.js'
import { tokenApi } from '../tokens/token-api.js'
import { eachStore, inMemory } from './each-store.js'

const reasons = (answers: { body: { reason?: string; info?: { reason: string } } }[]) =>
  answers.map(({ body }) => body.reason ?? body.info?.reason)
const count = <T>(all: T[], one: T) => all.filter((other) => other === one).length

eachStore(({ newStore }) => {
  it('RAC-02: of 50 wrong codes at once five are evaluated, and then the right one is refused', async () => {
    const { client, codeFor } = await createWorld({ store: await newStore() })
    const ada = client()
    const code = await codeFor(ada)
    const guesses = Array.from({ length: 50 }, (_, n) => ada.enterCode(wrongCode(code, n + 1)))
    const answers = reasons(await Promise.all(guesses))
    expect(count(answers, 'invalid_code')).toBe(5)
    expect(count(answers, 'too_many_attempts')).toBe(45)
    const right = await ada.enterCode(code)
    expect(right.status).toBe(429)
    expect(right.body.reason).toBe('too_many_attempts')
  })

  it('RAC-03: four wrong codes and the right one at once: at most five evaluated, one sign-in', async () => {
    const { client, codeFor, calls } = await createWorld({ store: await newStore() })
    for (let round = 0; round < 5; round++) {
      const ada = client()
      const code = await codeFor(ada, `ada${round}@example.com`)
      calls.length = 0
      const typed = [...[1, 2, 3, 4].map((n) => wrongCode(code, n)), code, code, code]
      const turned = [...typed.slice(round), ...typed.slice(0, round)]
      const answers = reasons(await Promise.all(turned.map((one) => ada.enterCode(one))))
      expect(count(answers, 'accepted')).toBeLessThanOrEqual(1)
      expect(count(answers, 'invalid_code')).toBeLessThanOrEqual(4)
      const outcomes = calls.map(({ result }) => (result as { outcome: string }).outcome)
      expect(count(outcomes, 'accepted')).toBe(1)
      expect(count(outcomes, 'wrong')).toBeLessThanOrEqual(4)
    }
  })

  it('RAC-03: of 20 right codes at once one logs in, and the login stays', async () => {
    const { client, codeFor, heard } = await createWorld({ store: await newStore() })
    const ada = client()
    const code = await codeFor(ada)
    const answers = await Promise.all(Array.from({ length: 20 }, () => ada.enterCode(code)))
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(19).fill(403)])
    expect(await heard('verified')).toHaveLength(1)
    expect((await ada.home()).body.user).toEqual({ email: ADA })
  })

  it('RAC-03: of 20 right codes with one token at once one logs in', async () => {
    const { post, asked } = await tokenApi({ store: await newStore() })
    const right = await asked()
    const answers = await Promise.all(Array.from({ length: 20 }, () => post(right)))
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(19).fill(403)])
  })

  it('RAC-06: a right code while the same session asks again leaves at most one good code', async () => {
    const [reached, held] = [gate(), gate()]
    let holding = true
    const real = await newStore()
    const { client, codeFor, smtp } = await createWorld({
      store: {
        open: (request) => real.open(request),
        cancel: (request) => real.cancel(request),
        attempt: async (request) => {
          const result = await real.attempt(request)
          if (holding) {
            reached.open()
            await held.opened
          }
          return result
        },
      },
    })
    const ada = client()
    const code = await codeFor(ada)
    // supertest sends a request when it is waited for.
    const entering = ada.enterCode(code).then((answer) => answer)
    await reached.opened
    holding = false
    // The old challenge is spent in the store, though its session doesn't know it yet.
    expect((await ada.requestCode(ADA)).status).toBe(202)
    const { code: newer } = await smtp.next()
    held.open()
    expect((await entering).status).toBe(200)
    expect((await ada.enterCode(code)).body.reason).toBe('no_pending_code')
    expect((await ada.enterCode(newer)).body.reason).toBe('no_pending_code')
    expect((await ada.home()).body.user).toEqual({ email: ADA })
  })

  it('many who ask at once without a cookie share one budget', async () => {
    const { client, smtp } = await createWorld({ store: await newStore() })
    const answers = reasons(
      await Promise.all(Array.from({ length: 30 }, () => client().requestCode(ADA))),
    )
    expect(count(answers, 'code_sent')).toBe(5)
    expect(count(answers, 'rate_limited')).toBe(25)
    expect(smtp.mails).toHaveLength(5)
  })

  it('many who ask at once for the free longer code get one', async () => {
    const { client, codeFor, smtp, calls } = await createWorld({ store: await newStore() })
    const [ada, eve] = [client(), client()]
    await codeFor(ada)
    const code = await codeFor(eve)
    for (const n of [1, 2, 3, 4, 5]) await eve.enterCode(wrongCode(code, n))
    calls.length = 0
    const answers = reasons(
      await Promise.all(Array.from({ length: 20 }, () => ada.requestCode(ADA))),
    )
    // One is free. What comes beside it finds the old row gone and is counted: three are left.
    expect(count(answers, 'code_sent') + count(answers, 'rate_limited')).toBe(20)
    const opened = calls.filter(
      ({ result }) => (result as { outcome: string }).outcome === 'opened',
    )
    expect(opened.length).toBeGreaterThanOrEqual(1)
    expect(opened.length).toBeLessThanOrEqual(4)
    expect(smtp.mails.slice(2).map((mail) => mail.code.length)).toEqual(opened.map(() => 8))
    expect(smtp.mails).toHaveLength(2 + opened.length)
  })
})

// The rules of the store in these are tried on every store by its contract.
inMemory(({ newStore, clocked }) => {
  it('RAC-02: with the guesses spread over as many addresses’ sessions none counts for another', async () => {
    const { client, codeFor } = await createWorld({ store: await newStore() })
    const browsers = await Promise.all([0, 1, 2, 3].map(() => client()))
    const codes: string[] = []
    for (const [n, browser] of browsers.entries()) codes.push(await codeFor(browser, `a${n}@x.org`))
    const answers = await Promise.all(
      browsers.flatMap((browser, n) =>
        [1, 2, 3].map((by) => browser.enterCode(wrongCode(codes[n] as string, by))),
      ),
    )
    expect(count(reasons(answers), 'invalid_code')).toBe(12)
    for (const [n, browser] of browsers.entries()) {
      expect((await browser.enterCode(codes[n])).status).toBe(200)
    }
  })

  it('RAC-06: a wrong last guess while the session asks anew spends one challenge, not both', async () => {
    const { client, codeFor, smtp, calls } = await createWorld({ store: await newStore() })
    const ada = client()
    const code = await codeFor(ada)
    for (const n of [1, 2, 3, 4]) await ada.enterCode(wrongCode(code, n))
    const [last, asked] = await Promise.all([
      ada.enterCode(wrongCode(code, 5)),
      ada.requestCode(ADA),
    ])
    expect(last.body).toMatchObject({ reason: 'invalid_code', attemptsLeft: 0 })
    expect(asked.status).toBe(202)
    expect((await ada.enterCode(code)).status).not.toBe(200)
    // Whichever request wrote the session last: the new code works, or one more request brings one that does.
    const enterLast = async () => (await ada.enterCode(smtp.mails.at(-1)?.code)).status
    let status = await enterLast()
    if (status !== 200) {
      expect((await ada.requestCode(ADA)).status).toBe(202)
      status = await enterLast()
    }
    expect(status).toBe(200)
    const evaluated = calls.filter(
      ({ result }) => (result as { outcome: string }).outcome === 'wrong',
    )
    expect(evaluated.length).toBeLessThanOrEqual(6)
  })

  it('RAC-06: a right code while its session requests one for another address is a wrong one there', async () => {
    const { client, codeFor, smtp } = await createWorld({ store: await newStore() })
    const ada = client()
    const code = await codeFor(ada)
    smtp.hold()
    const asked = ada.requestCode(EVE).then((answer) => answer)
    const { code: eves } = await smtp.next()
    // The session expects the other code since before its mail was sent.
    const entered = await ada.enterCode(code)
    expect(entered.body).toMatchObject({ reason: 'invalid_code', pending: { email: EVE } })
    smtp.release()
    await asked
    expect((await ada.enterCode(eves)).body.user).toEqual({ email: EVE })
  })

  it('two first codes of one session requested at once: exactly one of them logs in', async () => {
    const { client, codeFor, smtp } = await createWorld({ store: await newStore() })
    const ada = client()
    await codeFor(ada, EVE) // so that both requests belong to one session
    const answers = await Promise.all([ada.requestCode(ADA), ada.requestCode(ADA)])
    expect(answers.map(({ status }) => status)).toEqual([202, 202])
    const statuses = []
    for (const code of new Set(smtp.mails.slice(1).map((mail) => mail.code))) {
      statuses.push((await ada.enterCode(code)).status)
    }
    expect(statuses.filter((status) => status === 200)).toHaveLength(1)
    expect((await ada.home()).body.user).toEqual({ email: ADA })
  })

  it('a code that is requested again 50 times at once after the spacing is mailed once', async () => {
    const { store, clock } = await clocked()
    const { client, codeFor, smtp, events } = await createWorld({ store })
    const ada = client()
    const code = await codeFor(ada)
    await clock.pass(30 * SECOND)
    const answers = await Promise.all(Array.from({ length: 50 }, () => ada.requestCode(ADA)))
    for (const { status, body } of answers) {
      expect([status, body.reason, body.retryAfterSeconds]).toEqual([202, 'code_sent', 30])
    }
    expect(smtp.mails.map((mail) => mail.code)).toEqual([code, code])
    expect(events.filter(({ type }) => type === 'issued')).toHaveLength(2)
  })
})
