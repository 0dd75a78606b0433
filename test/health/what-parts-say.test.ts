import { type ChallengeStore, MemoryStore } from 'passport-email-otp'
import { describe, expect, it } from 'vitest'
import { faultyStore } from '../helpers/watch-store.js'
import { HEALTHY, make, ms } from './checkable.js'

describe('check() of the application’s own sendCode', () => {
  const mailOf = async (check: unknown) => (await make({ check }).emailOtp.check()).mail

  it('reports it as not checked without a check method, and if that returns undefined', async () => {
    const notChecked = { ...HEALTHY, checked: false }
    expect((await make().emailOtp.check()).mail).toEqual(notChecked)
    expect(await mailOf(async () => undefined)).toEqual(notChecked)
  })

  it('reports the problems that its check method returns, called with the right `this`', async () => {
    const sendCode = Object.assign(() => {}, {
      quota: 0,
      async check() {
        return ['The key has expired.', `${this.quota} mails are left.`]
      },
    })
    const { mail } = await make({ sendCode }).emailOtp.check()
    const problems = ['The key has expired.', '0 mails are left.']
    expect(mail).toEqual({ ok: false, ms, problems, checked: true })
  })

  it.each([[true], ['well'], [null], [0], [{ ok: true }], [[null]], [[Object.create(null)]]])(
    'rejects %o as the result of its check method',
    async (answer) => {
      expect(await mailOf(async () => answer)).toEqual({
        ...{ ok: false, ms, checked: true },
        problems: [expect.stringContaining('check')],
      })
    },
  )

  it('reports a check that is not a function as a problem', async () => {
    expect(await mailOf('yes')).toMatchObject({ ok: false, checked: true })
  })
})

describe('check() of a part that throws', () => {
  const message =
    'connect to https://app:hunter2@mail.example/v1?key=hunter2 for ada@example.com failed'
  const unreadable = {
    get message() {
      throw new Error('x')
    },
  }
  it.each<[string, unknown, string]>([
    ['an error', new Error('No server is here'), 'No server is here'],
    ['an error that quotes secrets', new Error(message), 'connect to [hidden] for [hidden] failed'],
    ['an error with a key', new Error('GET /v1?key=hunter2 gave 403'), 'GET /v1[hidden] gave 403'],
    ['an error of several lines', new Error('refused\nlogin app hunter2'), 'refused'],
    [
      'the error of a host none of whose IP addresses answers',
      Object.assign(new AggregateError([]), { code: 'ECONNREFUSED' }),
      'ECONNREFUSED',
    ],
    ['an error without a message', new RangeError(), 'RangeError'],
    ['a string', 'down', 'down'],
    ['nothing', undefined, 'undefined'],
    ['null', null, 'null'],
    ['a value that has no text', Object.create(null), 'unknown'],
    ['an error whose message throws', unreadable, 'unknown'],
  ])('reports %s as a problem', async (_, thrown, problem) => {
    const throwing = () => {
      throw thrown
    }
    for (const fail of [() => Promise.reject(thrown), throwing]) {
      const { store, mail } = await make({
        store: faultyStore(() => ({ attempt: fail })),
        check: fail,
      }).emailOtp.check()
      expect(store).toEqual({ ok: false, ms, problems: [problem] })
      expect(mail).toEqual({ ok: false, ms, problems: [problem], checked: true })
    }
  })
})

describe('check() of a store', () => {
  const storeOf = async (store: ChallengeStore) => (await make({ store }).emailOtp.check()).store
  const withCheck = (check: unknown, store = new MemoryStore()) =>
    Object.assign(store, { check }) as unknown as ChallengeStore

  it('reports the problems that its check method returns', async () => {
    const problems = ['maxmemory-policy is "allkeys-lru".']
    expect(await storeOf(withCheck(async () => problems))).toEqual({ ok: false, ms, problems })
    expect(await storeOf(withCheck(async () => []))).toEqual(HEALTHY)
    expect(await storeOf(withCheck(async () => undefined))).toEqual(HEALTHY)
  })

  it('reports the store’s own problems, or else the driver’s error', async () => {
    const failing = () =>
      faultyStore(() => ({ attempt: () => Promise.reject(new Error('no such schema')) }))
    const withWords = { ...failing(), check: async () => ['Call store.migrate().'] }
    expect(await storeOf(withWords)).toEqual({ ok: false, ms, problems: ['Call store.migrate().'] })
    const without = { ...failing(), check: async () => [] }
    expect(await storeOf(without)).toEqual({ ok: false, ms, problems: ['no such schema'] })
  })

  it('reports a failing check method as a problem', async () => {
    const rejecting = withCheck(() => Promise.reject(new Error('down')))
    expect(await storeOf(rejecting)).toEqual({ ok: false, ms, problems: ['down'] })
    for (const garbage of [async () => true, async () => ({}), 'yes']) {
      expect(await storeOf(withCheck(garbage))).toMatchObject({ ok: false })
    }
  })

  it.each([
    [{ outcome: 'accepted' }],
    [{ outcome: 'wrong', attemptsLeft: 4, failures: 1 }],
    [undefined],
    [{}],
  ])('reports a store that answers %o to an unknown challenge', async (answer) => {
    const store = faultyStore(() => ({ attempt: async () => answer }))
    expect(await storeOf(store)).toEqual({
      ...{ ok: false, ms },
      problems: [expect.stringContaining('"unknown"')],
    })
  })
})
