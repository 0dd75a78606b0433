import {
  type ChallengeStore,
  MemoryStore,
  mailer,
  type RequestLike,
  Strategy,
} from 'passport-email-otp'
import { afterEach, describe, expect, it } from 'vitest'
import { SECRET } from '../helpers/mail.js'
import { wrongCode } from '../helpers/wrong-code.js'

// An attacker who can add properties to Object.prototype (a flaw of another package) must not sign in.

const ADA = 'ada@example.com'
const EVE = 'eve@attacker.example'

/** Every name that a step reads, with values that would help an attacker. */
const NAMES = [
  ...['proof', 'info', 'recipient', 'result', 'isFound', 'isAccepted', 'action', 'user', 'pending'],
  ...['afterAnswer', 'reason', 'code', 'email', 'subject', 'purpose', 'remembered', 'digits', 'id'],
  ...['kid', 'budget', 'ended', 'sentAt', 'expiresAt', 'resendAt', 'at', 'sessionId', 'sessionID'],
  ...[
    'isNew',
    'passport',
    'outcome',
    'matched',
    'failures',
    'attemptsLeft',
    'retryAfterMs',
    'full',
  ],
  ...[
    'step',
    'codeSentRedirect',
    'assignProperty',
    'challengeToken',
    'email-otp',
    'accept',
    'login',
  ],
  ...['email-otp:proofs', 'origin', 'sec-fetch-site', 'cookie', 'content-type', 'content-length'],
  ...['notSent', 'accepted', 'rejected', 'text', 'html', 'message', 'bigint', 'spent'],
  ...['secure', 'protocol', 'encrypted', 'socket', 'originalUrl', 'method', 'url'],
]
const VALUES: unknown[] = [
  ...[true, 1, 0, 'accepted', 'opened', '17', 'login', 'same-origin', EVE, 'application/json'],
  { email: EVE, subject: '17', purpose: 'login', remembered: null },
  { login: { subject: '17', at: Date.now(), sessionId: 's1' } },
  [{ email: EVE }],
]

function pollute(name: string, value: unknown): void {
  Object.defineProperty(Object.prototype, name, {
    value,
    configurable: true,
    enumerable: false,
    writable: true,
  })
}

afterEach(() => {
  for (const name of NAMES) delete (Object.prototype as Record<string, unknown>)[name]
})

/** A strategy and its requests, made before anything is polluted. */
function setUp(options: { store?: ChallengeStore; subject?: boolean } = {}) {
  const codes: string[] = []
  const verified: unknown[] = []
  const emailOtp: Strategy = new Strategy(
    {
      secret: SECRET,
      store: options.store ?? new MemoryStore(),
      sendCode: ({ code }) => void codes.push(code),
      ...(options.subject && {
        emailFromRequest: () => ADA,
        subjectFromRequest: () => '17',
      }),
    },
    async (who) => {
      verified.push(who)
      return { who }
    },
  )
  // As express-session makes it: methods on the class, and an id that is not enumerable.
  const session = Object.create({ regenerate: () => {}, save: undefined }, { id: { value: 's1' } })
  const request = (body: object) =>
    Object.assign(Object.create({}), {
      method: 'POST',
      headers: { 'sec-fetch-site': 'same-origin', 'content-type': 'application/json' },
      session,
      body,
      res: undefined,
    }) as RequestLike
  /** What the strategy tells Passport. */
  const post = (body: object, options = {}) =>
    new Promise<{ call: string; value: unknown }>((resolve) => {
      const answer = (call: string) => (value: unknown) => resolve({ call, value })
      const actions = {
        success: answer('success'),
        fail: answer('fail'),
        redirect: answer('redirect'),
        error: answer('error'),
      }
      Object.assign(Object.create(emailOtp), actions).authenticate(request(body), options)
    })
  return { emailOtp, codes, verified, request, post, session }
}

describe.each(NAMES)('with Object.prototype.%s', (name) => {
  it('a wrong code, an unknown one and a missing one sign no user in, and a right one signs in its own address', async () => {
    for (const value of VALUES) {
      const { post, codes, verified, emailOtp, request } = setUp()
      await post({ email: ADA })
      pollute(name, value)
      const wrong = wrongCode(codes[0] ?? '')
      const calls = []
      for (const body of [{ code: wrong }, { code: '' }, { code: null }, {}, { code: { a: 1 } }]) {
        calls.push((await post(body)).call)
      }
      const info = await emailOtp.verifyCode(request({}), wrong).catch(() => undefined)
      const proven = emailOtp.proven(request({}))
      const before = [...verified]
      const { call } = await post({ code: codes[0] })
      delete (Object.prototype as Record<string, unknown>)[name]
      expect(calls, JSON.stringify(value)).not.toContain('success')
      expect(info?.reason).not.toBe('accepted')
      expect([proven, before]).toEqual([undefined, []])
      expect(verified).toEqual(call === 'success' ? [ADA] : [])
    }
  })

  it('a store that returns an empty object accepts no code', async () => {
    const memory = new MemoryStore()
    const store: ChallengeStore = {
      open: (request) => memory.open(request),
      attempt: async () => ({}) as never,
      cancel: async () => {},
    }
    const { post, codes, verified } = setUp({ store })
    await post({ email: ADA })
    const calls = []
    for (const value of VALUES) {
      pollute(name, value)
      calls.push((await post({ code: codes[0] })).call)
      delete (Object.prototype as Record<string, unknown>)[name]
    }
    expect(calls).not.toContain('success')
    expect(verified).toEqual([])
  })

  it('a guard stays closed without a proof', async () => {
    for (const value of VALUES) {
      const { emailOtp, request } = setUp({ subject: true })
      const guard = emailOtp.requireOtp()
      pollute(name, value)
      const passed = await new Promise<boolean>((resolve) => {
        const res = {
          setHeader: () => {},
          writeHead: () => res,
          end: () => resolve(false),
        }
        guard(request({}) as never, res as never, (err) => resolve(err === undefined))
      })
      delete (Object.prototype as Record<string, unknown>)[name]
      expect(passed, JSON.stringify(value)).toBe(false)
    }
  })
})

it('takes no option from a prototype', async () => {
  const options = { secret: SECRET, sendCode: () => {} }
  const names = ['allowEmail', 'store', 'captchaPassed', 'subjectFromRequest', 'emailFromRequest']
  for (const name of [...names, 'digits', 'ttlSeconds', 'pendingIn', 'remember', 'accountKey']) {
    const value = name === 'digits' || name === 'ttlSeconds' ? 5 : () => 'polluted'
    pollute(name, value)
    const make = () => new Strategy(options, async () => undefined)
    expect(make, name).not.toThrow()
    delete (Object.prototype as Record<string, unknown>)[name]
  }
  pollute('secret', SECRET)
  expect(() => new Strategy({ sendCode: () => {} } as never, async () => undefined)).toThrow(
    TypeError,
  )
  delete (Object.prototype as Record<string, unknown>).secret
  pollute('transport', 'smtp://127.0.0.1')
  expect(() => mailer({ from: ADA } as never)).toThrow(TypeError)
  delete (Object.prototype as Record<string, unknown>).transport
})

it('refunds no send because of a polluted notSent', async () => {
  const cancelled: unknown[] = []
  const memory = new MemoryStore()
  const { emailOtp, request } = (() => {
    const strategy = new Strategy(
      {
        secret: SECRET,
        sendCode: () => Promise.reject(new Error('connection lost')),
        store: {
          open: (r) => memory.open(r),
          attempt: (r) => memory.attempt(r),
          cancel: async (r) => void cancelled.push(r.refund),
        },
      },
      async () => undefined,
    )
    return { emailOtp: strategy, request: { headers: {}, session: {} } }
  })()
  pollute('notSent', true)
  expect(await emailOtp.requestCode(request, ADA)).toMatchObject({ confirmed: false })
  expect(cancelled).toEqual([])
})

describe('options that an object inherits', () => {
  const own = { secret: SECRET, sendCode: () => {} }
  class Defaults {
    secret = SECRET
    sendCode = () => {}
    allowEmail() {
      return false
    }
  }

  it('are rejected, because a limit among them would be ignored without a word', () => {
    const verify = async () => undefined
    expect(() => new Strategy(new Defaults(), verify)).toThrow(TypeError)
    expect(() => new Strategy(Object.assign(Object.create({ digits: 8 }), own), verify)).toThrow(
      TypeError,
    )
    expect(() => new Strategy(Object.assign(Object.create(null), own), verify)).not.toThrow()
  })

  it('are rejected for a route and a call too', async () => {
    const { emailOtp, request, post } = setUp()
    const inherited = Object.create({ purpose: 'login' })
    expect(await post({ email: ADA }, inherited)).toMatchObject({ call: 'error' })
    await expect(emailOtp.requestCode(request({}), ADA, inherited)).rejects.toThrow(TypeError)
    expect(() => emailOtp.pending(request({}), inherited)).toThrow(TypeError)
  })
})
