import { EmailOtpError } from 'passport-email-otp'
import { describe, expect, it } from 'vitest'
import { en } from '../../src/languages/en.js'
import { plainCalls, runAsPassport } from '../helpers/plain-calls.js'
import { expectNamed } from '../helpers/rejects-option.js'

/** A strategy that is run as Passport runs one, for a request with an empty body and without a session. */
function setUp() {
  const { emailOtp, calls, mails } = plainCalls()
  const run = (request: object, options = {}) =>
    runAsPassport(emailOtp, { body: {}, sessionID: 'ours', ...request }, options)
  const verbs = () => calls.map(({ verb }) => verb)
  return { run, verbs, mails }
}

const CROSS = { 'sec-fetch-site': 'cross-site' }
const JSON_TYPE = { 'content-type': 'application/json', 'content-length': '2' }
const session = (): Record<string, unknown> => ({ regenerate() {} })

describe('the checks come in the order that tells the most and uses up the least', () => {
  it.each([
    ['method before cross-site', { method: 'GET', headers: CROSS }, 405, 'method_not_allowed'],
    [
      'cross-site before the body',
      { headers: { ...CROSS, ...JSON_TYPE }, body: undefined },
      403,
      'cross_site',
    ],
    ['the address before the session', { body: { email: 'x' } }, 400, 'invalid_email'],
    ['an empty code before the session', { body: { code: '' } }, 400, 'missing_code'],
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
    const { run, verbs } = setUp()
    expect(await run(request)).toMatchObject({ call: 'fail', value: { reason }, status })
    expect(verbs()).toEqual([])
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
      const { run, verbs } = setUp()
      const { call, value } = await run(request)
      expect(call).toBe('error')
      expect(value).toBeInstanceOf(EmailOtpError)
      expect(value).toMatchObject({ code, status: 500, statusCode: 500, expose: false })
      expect((value as Error).message).toContain(hint)
      expect(verbs()).toEqual([])
    },
  )

  it.each(['1234567', 'x', '-123456', '123456 654321', 123456])(
    'a text without one code of the pending length is not counted: %j',
    async (typed) => {
      const { run, verbs, mails } = setUp()
      const mine = session()
      await run({ body: { email: 'a@x.org' }, session: mine })
      expect(await run({ body: { code: typed }, session: mine })).toMatchObject({
        call: 'fail',
        status: 400,
        value: { reason: 'malformed_code', message: en.reasons.malformed_code({ digits: 6 }) },
      })
      expect(verbs()).toEqual(['open'])
      const right = await run({ body: { code: mails[0]?.code }, session: mine })
      expect(right).toMatchObject({ call: 'success' })
    },
  )

  it.each([
    [
      'another length, which is then the wanted one',
      { digits: 8 },
      { reason: 'malformed_code', message: en.reasons.malformed_code({ digits: 8 }) },
    ],
    ['another purpose', { purpose: 'payment' }, { reason: 'no_pending_code' }],
    ['a user', { subject: 'user-1' }, { reason: 'no_pending_code' }],
  ])('a pending code of %s is checked before it is counted', async (_what, change, value) => {
    const { run, verbs, mails } = setUp()
    const mine = session()
    await run({ body: { email: 'a@x.org' }, session: mine })
    Object.assign(mine['email-otp'] as object, change)
    const outcome = await run({ body: { code: mails[0]?.code }, session: mine })
    expect(outcome).toMatchObject({ call: 'fail', value })
    expect(verbs()).toEqual(['open'])
  })

  it.each([
    [{ step: 'Verify' }, ['"step"', '"request"', '"verify"', '"Verify"']],
    [{ step: null }, ['"step"', '"request"', '"verify"', 'null']],
    [{ codeSentRedirect: true }, ['"codeSentRedirect"', 'URL', 'true']],
  ])('a route with a wrong option (%j) is a TypeError that names it', async (options, named) => {
    const { run, verbs } = setUp()
    const { call, value } = await run({ body: { email: 'a@x.org' }, session: {} }, options)
    expect(call).toBe('error')
    expect(value).toBeInstanceOf(TypeError)
    expectNamed((value as Error).message, 'passport.authenticate', ...named)
    expect(verbs()).toEqual([])
  })
})

it('only step request falls back to the pending address', async () => {
  const { run, verbs } = setUp()
  const mine = session()
  const reason = async (body: object, options = {}) =>
    ((await run({ body, session: mine }, options)).value as { reason: string }).reason
  expect(await reason({ email: 'a@x.org' })).toBe('code_sent')
  expect(await reason({})).toBe('invalid_email')
  expect(await reason({}, { step: 'verify' })).toBe('missing_code')
  expect(verbs()).toEqual(['open'])
  expect(await reason({}, { step: 'request' })).toBe('code_sent')
  expect(await reason({ email: '' }, { step: 'request' })).toBe('invalid_email')
  expect(verbs()).toEqual(['open', 'open'])
})
