import { describe, expect, it } from 'vitest'
import { stopClock } from '../helpers/clock.js'
import { plainCalls } from '../helpers/plain-calls.js'
import { reasonsIn, SECOND_FACTOR, twoFactorApp, type User, userOf } from './two-factor-app.js'

const ADA: User = { id: '17', email: 'ada@example.com' }

/** Ada has given her password; `again` asks for the code once more, without it. */
async function passwordGiven(options: NonNullable<Parameters<typeof twoFactorApp>[1]> = {}) {
  const clock = stopClock()
  const ada: User = { ...ADA }
  const world = await twoFactorApp({ ada }, options)
  const browser = world.newBrowser()
  await browser.password('ada')
  const { code } = await world.smtp.next()
  const again = (body: object = {}) => browser.agent.post('/again').send(body)
  return { ...world, ...browser, ada, clock, code, again }
}

it('"send again" needs no password while the code works, and mails to no address from a body', async () => {
  const { again, clock, code, smtp } = await passwordGiven()
  clock.pass(31_000)
  expect((await again({ email: 'eve@attacker.example' })).status).toBe(303)
  const { code: second, envelope } = await smtp.next()
  expect([second, envelope.to]).toEqual([code, [ADA.email]])
})

it('"send again" needs the password once the code has expired', async () => {
  const { again, clock, events, smtp } = await passwordGiven()
  clock.pass(600_000)
  expect((await again()).status).toBe(401)
  expect(reasonsIn(events)).toEqual(['not_signed_in'])
  expect(smtp.mails).toHaveLength(1)
})

it('"send again" needs the password again one lifetime after it, although it has replaced the code', async () => {
  const { again, clock, enter, events, password, smtp } = await passwordGiven()
  clock.pass(599_000)
  expect((await again()).status).toBe(303)
  const { code: second } = await smtp.next()
  clock.pass(1000)
  expect((await again()).status).toBe(401)
  expect(reasonsIn(events)).toEqual(['not_signed_in'])
  clock.pass(30_000)
  await password('ada')
  expect((await smtp.next()).code).toBe(second)
  clock.pass(500_000)
  expect((await again()).status).toBe(303)
  expect((await enter((await smtp.next()).code)).body.id).toBe(ADA.id)
})

it('"send again" needs the password for another purpose', async () => {
  const { emailOtp, req, mails } = plainCalls({
    ...SECOND_FACTOR,
    purposes: { pay: 'pay a bill' },
  })
  const withPassword = { ...req, user: ADA }
  await emailOtp.requestCode(withPassword, undefined)
  expect(await emailOtp.requestCode(req, undefined)).toMatchObject({ reason: 'code_sent' })
  const other = await emailOtp.requestCode(req, undefined, { purpose: 'pay' })
  expect(other.reason).toBe('not_signed_in')
  expect(mails).toHaveLength(1)
})

it.each([
  ['because the last one was sent a moment ago', 9000, {}],
  ['because the address has no send left', 31_000, { maxSendsPerHour: 2, maxSendsPerDay: 20 }],
])(
  'the password counts from its last time, also if no mail is sent for it %s',
  async (_, passed, options) => {
    const { again, clock, events, password, smtp } = await passwordGiven({ options })
    clock.pass(569_000)
    await again()
    await smtp.waitFor(2)
    clock.pass(passed)
    await password('ada')
    clock.pass(31_000)
    await again()
    expect(reasonsIn(events)).not.toContain('not_signed_in')
  },
)

it('"send again" needs the password once the code is spent', async () => {
  const { again, code, enter, smtp } = await passwordGiven()
  const wrong = code === '111111' ? '222222' : '111111'
  for (let i = 0; i < 5; i++) await enter(wrong)
  expect((await again()).status).toBe(401)
  expect(smtp.mails).toHaveLength(1)
})

it('a code for a mailbox that the user has left is none, where the request tells', async () => {
  const { ada, code, enter, events, password, smtp } = await passwordGiven()
  await enter(code)
  // Signed in: from here on the request that brings the code has a user too.
  await password('ada')
  const { code: sent } = await smtp.next()
  ada.email = 'ada@new.example'
  expect((await enter(sent)).status).toBe(403)
  expect(reasonsIn(events)).toEqual(['no_pending_code'])
})

describe('an application that keeps the half login in its session', () => {
  const halfOf = (req: object) => (req as { session: { half?: User } }).session
  const subjectFromRequest = (req: object) => {
    const user = userOf(req)
    // Kept from the request with the password on.
    if (user) halfOf(req).half = user
    return halfOf(req).half?.id as string | undefined
  }

  it('can send the code again if it names user and address', async () => {
    const emailFromRequest = (req: object) =>
      (userOf(req) ?? halfOf(req).half)?.email as string | undefined
    const { again, clock, code, enter, smtp } = await passwordGiven({
      options: { subjectFromRequest, emailFromRequest },
    })
    clock.pass(31_000)
    expect((await again()).status).toBe(303)
    const { code: second, envelope } = await smtp.next()
    expect([second, envelope.to]).toEqual([code, [ADA.email]])
    expect((await enter(second)).body.id).toBe(ADA.id)
  })

  it('is answered with no_address if it names the user alone', async () => {
    const { again, clock, events, smtp } = await passwordGiven({ options: { subjectFromRequest } })
    clock.pass(31_000)
    expect((await again()).status).toBe(403)
    expect(events.at(-1)).toMatchObject({ type: 'no_address', subject: ADA.id })
    expect(smtp.mails).toHaveLength(1)
  })
})
