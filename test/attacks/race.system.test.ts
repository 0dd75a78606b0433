import type { AttemptRequest, ChallengeStore } from 'passport-email-otp'
import { expect, it } from 'vitest'
import { gate } from '../helpers/gate.js'
import { faultyStore } from '../helpers/watch-store.js'
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
    const attempting = (real: ChallengeStore) => ({
      attempt: async (request: AttemptRequest) => {
        const result = await real.attempt(request)
        if (holding) {
          reached.open()
          await held.opened
        }
        return result
      },
    })
    const store = faultyStore(attempting, await newStore())
    const { client, codeFor, smtp } = await createWorld({ store })
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
})

// The rules of the store in these are tried on every store by its contract.
inMemory(({ newStore }) => {
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
})
