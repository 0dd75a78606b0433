import { describe, expect, it } from 'vitest'
import { describe as shown } from '../../src/util/describe.js'
import { budgetOf, deviceWorld, drain, sentBack } from '../devices/device-world.js'
import { plainCalls, visit } from '../helpers/plain-calls.js'
import { expectNamed, expectRejected } from '../helpers/rejects-option.js'
import { ADA, createWorld, EVE } from '../helpers/world.js'
import { guess } from '../helpers/wrong-code.js'

/** As a mailbox provider folds what is one account there. */
function accountKey(email: string): string {
  const [local = '', domain] = email.split('@')
  return `${local.replace(/\+.*/, '').replaceAll('.', '')}@${domain}`
}

const SPELLINGS = ['a.da@example.com', 'ada+shop@example.com', 'A.D.A+x@Example.com', ADA]

describe('INT-17: with accountKey', () => {
  it('all spellings of an account share the count of wrong guesses', async () => {
    const { client, codeFor } = await createWorld({ accountKey })
    const eve = client()
    await guess(eve, await codeFor(eve, 'ada+1@example.com'), 3)
    await guess(eve, await codeFor(eve, 'ada+2@example.com'), 2)
    for (const email of SPELLINGS.slice(0, 3)) {
      expect((await client().requestCode(email)).body.pending.digits).toBe(8)
    }
    expect((await client().requestCode(EVE)).body.pending.digits).toBe(6)
  })

  it('they share the sends', async () => {
    const { client } = await createWorld({ accountKey })
    const statuses = []
    for (let n = 0; n < 6; n++) {
      statuses.push((await client().requestCode(SPELLINGS[n % 4])).status)
    }
    expect(statuses).toEqual([202, 202, 202, 202, 202, 429])
    expect((await client().requestCode(EVE)).status).toBe(202)
  })

  it('mail goes to what was typed, and that is what is proven', async () => {
    const { client, smtp, events } = await createWorld({ accountKey })
    const ada = client()
    await ada.requestCode('Ada+Shop@example.com')
    const { envelope, code } = await smtp.next()
    expect(envelope.to).toEqual(['ada+shop@example.com'])
    expect((await ada.enterCode(code)).body.user).toEqual({ email: 'ada+shop@example.com' })
    expect(new Set(events.map(({ addressHash }) => addressHash)).size).toBe(1)
  })

  it('a code of one spelling is none for another, in the same session or not', async () => {
    const { client, codeFor, sessions } = await createWorld({ accountKey })
    const eve = client()
    const code = await codeFor(eve, 'ada+eve@example.com')
    await sessions.plant({ email: ADA })
    expect((await eve.enterCode(code)).body.reason).toBe('invalid_code')
  })

  it('a device that is known for one spelling is known for all', async () => {
    const world = await deviceWorld({ accountKey })
    const Cookie = sentBack((await world.signIn()).device)
    await drain(world)
    expect((await world.client({ Cookie }).requestCode('a.d.a@example.com')).status).toBe(202)
    expect(budgetOf(world)).toBe('email-otp/device')
  })

  it('addressHash and forget find the account by any of its spellings', async () => {
    const { client, emailOtp, events } = await createWorld({ accountKey })
    await drain({ client })
    expect(new Set(SPELLINGS.map((email) => emailOtp.addressHash(email))).size).toBe(1)
    expect(events[0]?.addressHash).toBe(emailOtp.addressHash('ada+logs@example.com'))
    await emailOtp.forget('A.da@example.com')
    expect((await client().requestCode(ADA)).status).toBe(202)
  })
})

it('it is given the one form of an address, at each call, also where a socket has one req for all', async () => {
  const given: string[] = []
  const { emailOtp, req } = plainCalls({
    accountKey: (email) => {
      given.push(email)
      return email
    },
  })
  for (const email of ['  Ada@Bücher.Example ', EVE]) await emailOtp.requestCode(req, email)
  expect(new Set(given)).toEqual(new Set(['ada@xn--bcher-kva.example', EVE]))
  const calls = given.length
  for (const email of [EVE, 'nobody']) await emailOtp.requestCode(req, email)
  expect(given.slice(calls)).toEqual([EVE])
})

it.each<[string, () => unknown, ...string[]]>([
  ['nothing', () => undefined, 'accountKey', 'undefined'],
  ['an empty string', () => '', 'accountKey', '""'],
  ['a promise', async () => ADA, 'accountKey', shown({})],
  ['an object', () => ({}), 'accountKey', shown({})],
  [
    'an error',
    () => {
      throw new Error('no accounts today')
    },
    'no accounts today',
  ],
])(
  'one that gives %s is an error, before anything is counted or mailed',
  async (_, key, ...named) => {
    const { emailOtp, req, calls, mails } = plainCalls({ accountKey: key as () => string })
    const err = await emailOtp.requestCode(req, ADA).catch((reason: Error) => reason)
    expect(err).toBeInstanceOf(Error)
    expectNamed(String((err as Error).message), ...named)
    expect([calls, mails]).toEqual([[], []])
  },
)

it('keys that are names of every object are keys like others', async () => {
  const { emailOtp } = plainCalls({ accountKey: () => '__proto__' })
  for (let n = 0; n < 5; n++) await emailOtp.requestCode(visit(), ADA)
  expect((await emailOtp.requestCode(visit(), EVE)).reason).toBe('rate_limited')
})

it('it must be a function', () => {
  expectRejected(() => plainCalls({ accountKey: 'email' as never }), 'accountKey')
})
