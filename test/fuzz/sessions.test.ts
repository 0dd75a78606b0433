import fc from 'fast-check'
import { jsonLogin } from 'passport-email-otp'
import { expect, test } from 'vitest'
import { COOKIE, deviceWorld, forgedCookie, sentBack } from '../devices/device-world.js'
import { ADA } from '../helpers/world.js'
import { wrongCode } from '../helpers/wrong-code.js'
import { actionsOf, anything, endsOf, garbled, outcomesOf, spoilt } from './requests.js'

const RUNS = 300
const PURPOSES = { pay: 'pay a bill', 'change-email': 'change your address' }

/** An application in which Ada has a code for each purpose and a known device. */
async function world() {
  const made = await deviceWorld({ purposes: PURPOSES, origin: 'https://app.example.com' })
  const device = sentBack((await made.signIn()).device)
  const states: Record<string, object> = {}
  const codes: string[] = []
  for (const purpose of ['login', ...Object.keys(PURPOSES)]) {
    const session: Record<string, object> = {}
    await made.emailOtp.requestCode({ headers: {}, session }, ADA, { purpose })
    states[purpose] = session['email-otp'] as object
    codes.push(made.mails.at(-1)?.code as string)
  }
  const wrong = Array.from({ length: 9 }, (_, n) => wrongCode(codes[0] as string, n + 1))
  const guesses = wrong.filter((guess) => !codes.includes(guess))
  return { ...made, device, states, codes, guesses }
}

/** What a stranger may send, and what may lie in a session, with the right codes left out. */
function requests({ device, states, guesses }: Awaited<ReturnType<typeof world>>) {
  const text = fc.oneof(anything, fc.constantFrom(ADA, 'a@x.org', '', ...guesses))
  const body = fc.oneof(
    anything,
    fc.dictionary(fc.constantFrom('email', 'code', '__proto__', 'challengeToken'), text),
    fc.constantFrom(...guesses.map((code) => ({ code }))),
  )
  const state = fc.oneof(
    anything,
    fc.constantFrom(...Object.values(states)),
    ...Object.values(states).map(spoilt),
  )
  const proof = { subject: '17', at: Date.now(), sessionId: 'id' }
  const proofs = fc.oneof(anything, fc.dictionary(fc.constantFrom('pay', 'login'), spoilt(proof)))
  const session = fc.oneof(
    { weight: 1, arbitrary: anything },
    {
      weight: 6,
      arbitrary: fc
        .tuple(state, proofs)
        .map(([one, other]) => ({ regenerate() {}, 'email-otp': one, 'email-otp:proofs': other })),
    },
  )
  const value = device.split('=')[1] as string
  const cookie = fc
    .array(
      fc.oneof(
        fc.constant(device),
        garbled(value).map((one) => `${COOKIE}=${one}`),
        fc.constant(
          `${COOKIE}=${forgedCookie({ secret: 'a secret of Eve, 0123456789 and more' })}`,
        ),
        fc.string({ maxLength: 90 }),
      ),
      { maxLength: 4 },
    )
    .map((all) => all.join('; '))
  const headers = fc.record(
    {
      // HTTP brings a text, or several; no client can make it anything else.
      cookie: fc.oneof(cookie, fc.string({ unit: 'binary' }), fc.array(fc.string())),
      'content-type': fc.constantFrom('application/json', 'text/plain', ''),
      'sec-fetch-site': fc.constantFrom('same-origin', 'cross-site', ''),
    },
    { requiredKeys: [] },
  )
  return fc.record({
    method: fc.constantFrom('POST', 'POST', 'POST', 'GET', 'DELETE'),
    ...{ headers, body, session },
  })
}

const purpose = fc.constantFrom('login', 'pay', 'change-email')
const step = fc.constantFrom(undefined, 'request', 'verify')

test('with purposes, devices and proofs: any request is answered once, signs in nobody, asks the store once', async () => {
  const all = await world()
  await fc.assert(
    fc.asyncProperty(requests(all), purpose, step, async (req, forWhat, which) => {
      fc.pre(!all.codes.includes(Object(req.body).code))
      const before = all.calls.length
      const called = await actionsOf(all.emailOtp, req, { purpose: forWhat, step: which })
      expect(called).toHaveLength(1)
      const [[name, value] = []] = called
      if (name === 'error') expect(['session_required', 'body_required']).toContain(value?.code)
      else expect(name).toBe('fail')
      const calls = all.calls.slice(before)
      expect(calls.length).toBeLessThanOrEqual(1)
      expect(outcomesOf(calls)).not.toContain('accepted')
      const [call] = calls
      if (call?.verb !== 'open' || call.request.budget.key !== 'email-otp/device') return
      // The device's sends are for who shows its cookie.
      expect(String(req.headers.cookie)).toContain(all.device)
    }),
    { numRuns: RUNS },
  )
  expect(new Set(all.calls.map(({ verb }) => verb))).toEqual(new Set(['open', 'attempt']))
})

test('jsonLogin ends each request once, with a status of its own, and logs in nobody', async () => {
  const all = await world()
  const users: unknown[] = []
  const login = jsonLogin(all.emailOtp, { respond: (user) => ({ user }) })
  const logIn = (user: unknown, done: () => void) => {
    users.push(user)
    done()
  }
  await fc.assert(
    fc.asyncProperty(requests(all), async (req) => {
      fc.pre(!all.codes.includes(Object(req.body).code))
      const before = all.calls.length
      const ends = await endsOf(login, { ...req, logIn })
      expect(ends).toHaveLength(1)
      const [end] = ends
      if (end?.how === 'passed on') {
        expect(['session_required', 'body_required']).toContain(Object(end.error).code)
      } else if (req.method === 'GET') {
        expect(end?.status).toBe(200)
        expect(Object.keys(Object(end?.body))).toEqual(['pending'])
      } else {
        expect([202, 400, 401, 403, 405, 429]).toContain(end?.status)
        expect(end?.body).not.toHaveProperty('user')
      }
      expect(all.calls.length - before).toBeLessThanOrEqual(1)
      expect(users).toEqual([])
    }),
    { numRuns: RUNS },
  )
})
