import fc from 'fast-check'
import { beforeEach, expect, it } from 'vitest'
import { SECOND, skipTimers } from '../helpers/clock.js'
import { codeMail } from '../helpers/code-mail.js'
import { mailerTo } from '../helpers/mail.js'
import { PHASES, type Phase, startScripted } from '../helpers/scripted-smtp.js'

beforeEach(() => skipTimers(100, 200, 400, 800, SECOND))

const ACTIONS = [
  ...['451 4.7.1 Later', '421 4.3.2 Closing', '550 5.7.1 No', '503 5.5.1 Bad sequence'],
  ...['close', 'reset', 'silence'],
]
const AT_DOT = [
  ...['okThenClose', 'okThenReset'],
  ...ACTIONS,
  'acceptThenClose',
  'acceptThenReset',
  '250 2.0.0 Ok',
  '354 Go on',
]

/** What the server does at one phase of one connection's mails; the usual thing in between. */
const fault = fc
  .record({
    phase: fc.constantFrom<Phase>(...PHASES, 'rset', 'body', 'dot', 'dot'),
    connection: fc.constantFrom(1, 1, 2, 2, 3, 4),
  })
  .chain(({ phase, connection }) =>
    fc.record({
      phase: fc.constant(phase),
      connection: fc.constant(connection),
      mail: fc.integer({ min: 1, max: 3 }),
      action: fc.constantFrom(...(phase === 'dot' ? AT_DOT : ACTIONS)),
    }),
  )

const scenario = fc.record({
  faults: fc.array(fault, { minLength: 1, maxLength: 8 }),
  pipelining: fc.boolean(),
  maxConnections: fc.integer({ min: 1, max: 3 }),
  mails: fc.integer({ min: 1, max: 5 }),
  atOnce: fc.boolean(),
})
type Scenario = typeof scenario extends fc.Arbitrary<infer T> ? T : never

async function run({ faults, pipelining, maxConnections, mails, atOnce }: Scenario) {
  const smtp = await startScripted(
    (phase, { connection, mail }) => {
      const isBeforeMail = phase === 'greeting' || phase === 'ehlo' || phase === 'auth'
      return faults.find(
        (each) =>
          each.phase === phase &&
          each.connection === connection &&
          (isBeforeMail || phase === 'rset' || each.mail === mail),
      )?.action
    },
    { extensions: pipelining ? ['PIPELINING'] : [] },
  )
  const sendCode = mailerTo({ url: smtp.url, maxConnections })
  const codes = Array.from({ length: mails }, (_, n) => `48392${n}`)
  const send = async (code: string) => {
    const limit = new AbortController()
    const sending = sendCode(codeMail({ code, signal: limit.signal })).then(
      () => ({ code, outcome: 'accepted' }),
      (err: object) => ({ code, outcome: 'notSent' in err ? 'not sent' : 'unknown' }),
    )
    // A server that is silent is woken only after the time limit, and then does the usual thing.
    const timer = setTimeout(() => limit.abort(), 700)
    const waking = setInterval(() => limit.signal.aborted && smtp.wake(), 50)
    const sent = await sending
    clearTimeout(timer)
    clearInterval(waking)
    return sent
  }
  const sent = []
  if (atOnce) sent.push(...(await Promise.all(codes.map(send))))
  else for (const code of codes) sent.push(await send(code))
  smtp.wake()
  return sent.map(({ code, outcome }) => ({
    ...{ code, faults, pipelining, maxConnections, mails, atOnce, commands: smtp.commands },
    outcome,
    accepted: smtp.accepted.filter((message) => message.includes(`Subject: ${code} `)).length,
  }))
}

it('whatever a server does at every phase, no code is mailed twice, and each outcome is true', async () => {
  const seen = { accepted: 0, 'not sent': 0, unknown: 0 } as Record<string, number>
  // Each property is many servers at once, because most of the time is waiting.
  await fc.assert(
    fc.asyncProperty(fc.array(scenario, { minLength: 20, maxLength: 20 }), async (scenarios) => {
      const results = await Promise.all(scenarios.map(run))
      for (const { outcome, accepted, ...details } of results.flat()) {
        seen[outcome] = (seen[outcome] ?? 0) + 1
        const possible = { accepted: [1], 'not sent': [0], unknown: [0, 1] }[outcome]
        expect(possible, JSON.stringify(details)).toContain(accepted)
      }
    }),
    { numRuns: Number(process.env.FUZZ ?? 5), endOnFailure: true },
  )
  expect(Math.min(...Object.values(seen))).toBeGreaterThan(0)
}, 120_000)
