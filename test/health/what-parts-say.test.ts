import { type ChallengeStore, MemoryStore } from 'passport-email-otp'
import { describe, expect, it } from 'vitest'
import { faultyStore } from '../helpers/attack-world.js'
import { make, ms, WELL } from './checkable.js'

describe('a sendCode of the application’s own', () => {
  const mailOf = async (check: unknown) => (await make({ check }).emailOtp.check()).mail

  it('without a check method is not checked', async () => {
    expect((await make().emailOtp.check()).mail).toEqual({ ...WELL, checked: false })
  })

  it('can say that it can’t tell', async () => {
    expect(await mailOf(async () => undefined)).toEqual({ ...WELL, checked: false })
  })

  it('can say what to mend', async () => {
    const problems = ['The key has expired.', 'No quota is left.']
    expect(await mailOf(() => problems)).toEqual({ ok: false, ms, problems, checked: true })
  })

  it('is asked with its own `this`', async () => {
    const sendCode = Object.assign(() => {}, {
      quota: 0,
      async check() {
        return [`${this.quota} mails are left.`]
      },
    })
    const { mail } = await make({ sendCode }).emailOtp.check()
    expect(mail.problems).toEqual(['0 mails are left.'])
  })

  it.each([[true], ['well'], [null], [0], [{ ok: true }], [[null]], [[Object.create(null)]]])(
    'can’t say %o',
    async (answer) => {
      expect(await mailOf(async () => answer)).toEqual({
        ...{ ok: false, ms, checked: true },
        problems: ['A check method must answer with an array of sentences.'],
      })
    },
  )

  it('whose check is no function is ill', async () => {
    expect(await mailOf('yes')).toMatchObject({ ok: false, checked: true })
  })
})

describe('what is thrown', () => {
  const message =
    'connect to https://app:hunter2@mail.example/v1?key=hunter2 for ada@example.com failed'
  it.each<[string, unknown, string]>([
    ['an error', new Error('No server is here'), 'No server is here'],
    ['one that quotes secrets', new Error(message), 'connect to [hidden] for [hidden] failed'],
    ['one with a key', new Error('GET /v1?key=hunter2 gave 403'), 'GET /v1[hidden] gave 403'],
    ['one of many lines', new Error('refused\nlogin app hunter2'), 'refused'],
    [
      'that of a host where no address answers',
      Object.assign(new AggregateError([]), { code: 'ECONNREFUSED' }),
      'ECONNREFUSED',
    ],
    ['one without words', new RangeError(), 'RangeError'],
    ['a string', 'down', 'down'],
    ['nothing', undefined, 'undefined'],
    ['null', null, 'null'],
    ['what has no words', Object.create(null), 'unknown'],
    [
      'a trap',
      {
        get message() {
          throw new Error('x')
        },
      },
      'unknown',
    ],
  ])('becomes a sentence: %s', async (_, thrown, problem) => {
    for (const fail of [
      () => Promise.reject(thrown),
      () => {
        throw thrown
      },
    ]) {
      const { store, mail } = await make({
        store: faultyStore(() => ({ attempt: fail })),
        check: fail,
      }).emailOtp.check()
      expect(store).toEqual({ ok: false, ms, problems: [problem] })
      expect(mail).toEqual({ ok: false, ms, problems: [problem], checked: true })
    }
  })
})

describe('a store', () => {
  const storeOf = async (store: ChallengeStore) => (await make({ store }).emailOtp.check()).store
  const withCheck = (check: unknown, store = new MemoryStore()) =>
    Object.assign(store, { check }) as unknown as ChallengeStore

  it('can say what to mend', async () => {
    const problems = ['maxmemory-policy is "allkeys-lru".']
    expect(await storeOf(withCheck(async () => problems))).toEqual({ ok: false, ms, problems })
    expect(await storeOf(withCheck(async () => []))).toEqual(WELL)
    expect(await storeOf(withCheck(async () => undefined))).toEqual(WELL)
  })

  it('says in its own words what keeps it from answering, and in the driver’s where it has none', async () => {
    const failing = () =>
      faultyStore(() => ({ attempt: () => Promise.reject(new Error('no such schema')) }))
    const withWords = { ...failing(), check: async () => ['Call store.migrate().'] }
    expect(await storeOf(withWords)).toEqual({ ok: false, ms, problems: ['Call store.migrate().'] })
    const without = { ...failing(), check: async () => [] }
    expect(await storeOf(without)).toEqual({ ok: false, ms, problems: ['no such schema'] })
  })

  it('whose check fails is ill', async () => {
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
  ])('that answers %o to an unknown challenge is ill', async (answer) => {
    const store = faultyStore(() => ({ attempt: async () => answer }))
    expect(await storeOf(store)).toEqual({
      ...{ ok: false, ms },
      problems: ['The store doesn’t say of an unknown challenge that it is unknown.'],
    })
  })
})
