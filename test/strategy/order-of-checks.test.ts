import { EmailOtpError, MemoryStore, Strategy } from 'passport-email-otp'
import { describe, expect, it, vi } from 'vitest'
import { SECRET } from '../helpers/mail.js'

interface FakeRequest {
  method: string
  headers: Record<string, string>
  session?: Record<string, unknown> | undefined
  body?: unknown
}

/** A strategy whose store and mailer only note that they were asked, run as Passport runs one. */
function setUp() {
  const store = new MemoryStore()
  const open = vi.spyOn(store, 'open')
  const attempt = vi.spyOn(store, 'attempt')
  const codes: string[] = []
  const strategy = new Strategy(
    { secret: SECRET, store, sendCode: ({ code }) => void codes.push(code) },
    async (email) => ({ email }),
  )
  const run = (request: Partial<FakeRequest>, options = {}) =>
    new Promise<{ call: string; value: unknown; status?: unknown }>((resolve) => {
      const perRequest = Object.create(strategy)
      for (const call of ['success', 'fail', 'redirect', 'error', 'pass']) {
        perRequest[call] = (value: unknown, status?: unknown) => resolve({ call, value, status })
      }
      perRequest.authenticate({ ...requestOf(undefined), method: 'POST', ...request }, options)
    })
  return { strategy, run, open, attempt, codes }
}

const CROSS = { 'sec-fetch-site': 'cross-site' }
const JSON_TYPE = { 'content-type': 'application/json', 'content-length': '2' }
/** With a session id, the pending state is kept in the session in clear. */
const requestOf = (session: Record<string, unknown> | undefined) => {
  return { headers: {}, body: {}, session, sessionID: 'ours' }
}
const session = () => ({ regenerate() {} })

describe('the checks come in the order that tells the most and uses up the least', () => {
  it.each([
    ['method before cross-site', { method: 'GET', headers: CROSS }, 405, 'method_not_allowed'],
    [
      'cross-site before the body',
      { headers: { ...CROSS, ...JSON_TYPE }, body: undefined },
      403,
      'cross_site',
    ],
    [
      'the address before the session',
      { body: { email: 'x' }, session: undefined },
      400,
      'invalid_email',
    ],
    [
      'an empty code before the session',
      { body: { code: '' }, session: undefined },
      400,
      'missing_code',
    ],
    [
      'what is pending before what was typed',
      { body: { code: 'x' }, session: session() },
      403,
      'no_pending_code',
    ],
    [
      'what is pending before the length',
      { body: { code: '1' }, session: session() },
      403,
      'no_pending_code',
    ],
  ])('%s', async (_what, request, status, reason) => {
    const { run, open, attempt } = setUp()
    const outcome = await run(request)
    expect(outcome).toMatchObject({ call: 'fail', value: { reason }, status })
    expect(open).not.toHaveBeenCalled()
    expect(attempt).not.toHaveBeenCalled()
  })

  it.each([
    ['no session on asking', { body: { email: 'a@x.org' } }, 'session_required', 'express-session'],
    ['no session on entering', { body: { code: '123456' } }, 'session_required', 'express-session'],
    [
      'no session before what was typed',
      { body: { code: 'x' } },
      'session_required',
      'express-session',
    ],
    [
      'a session without regenerate on entering',
      { body: { code: '123456' }, session: {} },
      'session_required',
      'regenerate',
    ],
    [
      'no body parser',
      { headers: JSON_TYPE, body: undefined, session: {} },
      'body_required',
      'express.json()',
    ],
  ])(
    '%s is an error that names what to add, before anything is used up',
    async (_what, request, code, hint) => {
      const { run, open, attempt } = setUp()
      const { call, value } = await run(request)
      expect(call).toBe('error')
      expect(value).toBeInstanceOf(EmailOtpError)
      expect(value).toMatchObject({ code, status: 500, statusCode: 500, expose: false })
      expect((value as Error).message).toContain(hint)
      expect(open).not.toHaveBeenCalled()
      expect(attempt).not.toHaveBeenCalled()
    },
  )

  it.each(['1234567', 'x', '-123456', '123456 654321', 123456])(
    'a text without one code of the pending length is not counted: %j',
    async (typed) => {
      const { run, attempt, codes } = setUp()
      const mine = session()
      await run({ body: { email: 'a@x.org' }, session: mine })
      const outcome = await run({ body: { code: typed }, session: mine })
      expect(outcome).toMatchObject({
        call: 'fail',
        status: 400,
        value: { reason: 'malformed_code', message: expect.stringContaining('6 digits') },
      })
      expect(attempt).not.toHaveBeenCalled()
      expect(await run({ body: { code: codes[0] }, session: mine })).toMatchObject({
        call: 'success',
      })
    },
  )

  it('the wanted length is that of the pending code, not the configured one', async () => {
    const { run, attempt } = setUp()
    const mine: Record<string, unknown> = session()
    await run({ body: { email: 'a@x.org' }, session: mine })
    mine['email-otp'] = { ...(mine['email-otp'] as object), digits: 8 }
    const outcome = await run({ body: { code: '123456' }, session: mine })
    expect(outcome).toMatchObject({
      value: { reason: 'malformed_code', message: expect.stringContaining('8 digits') },
    })
    expect(attempt).not.toHaveBeenCalled()
  })

  it.each([
    ['step', 'confirm'],
    ['step', null],
    ['codeSentRedirect', 5],
  ])('a wrong option of passport.authenticate is a TypeError: %s %j', async (name, value) => {
    const outcome = await setUp().run({}, { [name]: value })
    expect(outcome.call).toBe('error')
    expect(outcome.value).toBeInstanceOf(TypeError)
    expect((outcome.value as Error).message).toContain(`"${name}"`)
  })
})

describe('which of the two requests it is', () => {
  it.each([
    ['a code field', { code: '1' }, {}, 'no_pending_code'],
    ['an empty code field', { code: '' }, {}, 'missing_code'],
    ['a code field beside an address', { code: '1', email: 'a@x.org' }, {}, 'no_pending_code'],
    ['a null code', { code: null, email: 'a@x.org' }, {}, 'code_sent'],
    ['no code field', { email: 'a@x.org' }, {}, 'code_sent'],
    ['an empty body', {}, {}, 'invalid_email'],
    ['an empty body under step verify', {}, { step: 'verify' }, 'missing_code'],
    [
      'a code under step request',
      { code: '1', email: 'a@x.org' },
      { step: 'request' },
      'code_sent',
    ],
  ])('%s', async (_what, body, options, reason) => {
    const outcome = await setUp().run({ body, session: session() }, options)
    expect(outcome).toMatchObject({ call: 'fail', value: { reason } })
  })

  it('only step request falls back to the pending address', async () => {
    const { run, open } = setUp()
    const mine = session()
    await run({ body: { email: 'a@x.org' }, session: mine })
    expect(await run({ session: mine })).toMatchObject({ value: { reason: 'invalid_email' } })
    expect(await run({ session: mine }, { step: 'verify' })).toMatchObject({
      value: { reason: 'missing_code' },
    })
    expect(open).toHaveBeenCalledTimes(1)
    expect(await run({ session: mine }, { step: 'request' })).toMatchObject({
      value: { reason: 'code_sent' },
    })
    expect(await run({ session: mine, body: { email: '' } }, { step: 'request' })).toMatchObject({
      value: { reason: 'invalid_email' },
    })
    expect(open).toHaveBeenCalledTimes(2)
  })

  it('codeSentRedirect is a 303, and only for a code that was sent', async () => {
    const { run } = setUp()
    const options = { codeSentRedirect: '/code' }
    const mine = session()
    const sent = await run({ body: { email: 'a@x.org' }, session: mine }, options)
    expect(sent).toEqual({ call: 'redirect', value: '/code', status: 303 })
    const refused = await run({ body: { email: 'x' }, session: mine }, options)
    expect(refused).toMatchObject({ call: 'fail', status: 400 })
  })
})

describe('a pending state of another shape', () => {
  it.each([
    ['digits lowered', { digits: 1 }],
    ['digits below the configured ones', { digits: 5 }],
    ['digits beyond ten', { digits: 11 }],
    ['another key', { kid: '00000000' }],
    ['no address', { email: 'a@x.org, b@x.org' }],
    ['another spelling of the address', { email: 'A@X.ORG' }],
    ['a short id', { id: 'abc' }],
    ['no purpose', { purpose: 5 }],
    ['a strange subject', { subject: {} }],
    ['no budget', { budget: undefined }],
    ['an expiry that is no number', { expiresAt: '9e15' }],
    ['an unknown reason for its end', { ended: 'no' }],
    ['an end without a reason', { ended: true }],
  ])('is none, and is removed on sight: %s', async (_what, change) => {
    const { run, strategy, attempt } = setUp()
    const mine: Record<string, unknown> = session()
    await run({ body: { email: 'a@x.org' }, session: mine })
    mine['email-otp'] = { ...(mine['email-otp'] as object), ...change }
    expect(strategy.pending(requestOf(mine))).toBeUndefined()
    expect(mine).not.toHaveProperty('email-otp')
    const outcome = await run({ body: { code: '123456' }, session: mine })
    expect(outcome).toMatchObject({ call: 'fail', value: { reason: 'no_pending_code' } })
    expect(attempt).not.toHaveBeenCalled()
  })

  it.each([[null], ['x'], [5], [[]], [{}]])('is none: %j', (value) => {
    const mine = { 'email-otp': value }
    expect(setUp().strategy.pending(requestOf(mine))).toBeUndefined()
  })

  it.each([
    ['purpose', 'payment'],
    ['subject', 'user-1'],
  ])('of another %s is not for signing in', async (field, value) => {
    const { run, attempt, codes } = setUp()
    const mine: Record<string, unknown> = session()
    await run({ body: { email: 'a@x.org' }, session: mine })
    mine['email-otp'] = { ...(mine['email-otp'] as object), [field]: value }
    const outcome = await run({ body: { code: codes[0] }, session: mine })
    expect(outcome).toMatchObject({ call: 'fail', value: { reason: 'no_pending_code' } })
    expect(attempt).not.toHaveBeenCalled()
  })
})
