import fc from 'fast-check'
import { type CodeMail, MemoryStore, type RequestLike, Strategy } from 'passport-email-otp'
import { expect, it } from 'vitest'
import { DAY, HOUR, MINUTE, SECOND, stopClock } from '../helpers/clock.js'
import { type Call, watch } from '../helpers/watch-store.js'
import { ADA } from '../helpers/world.js'

const outcomeOf = ({ result }: Call) => (result as { outcome?: string } | undefined)?.outcome

type Move =
  | { readonly do: 'ask' | 'right' | 'wrong' | 'stale state' | 'fresh'; who: number; n: number }
  | { readonly do: 'wait'; readonly ms: number }
  | { readonly do: 'mail'; readonly fails: 'no' | 'sent' | 'not sent' }

const move: fc.Arbitrary<Move> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({
      do: fc.constantFrom('ask', 'ask', 'wrong', 'wrong', 'wrong', 'right', 'stale state', 'fresh'),
      who: fc.nat(2),
      n: fc.nat(20),
    }) as fc.Arbitrary<Move>,
  },
  {
    weight: 4,
    arbitrary: fc
      .constantFrom(...[31 * SECOND, MINUTE, 9 * MINUTE, HOUR, 90 * MINUTE, DAY])
      .map((ms) => ({ do: 'wait', ms }) as const),
  },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom('no', 'sent', 'not sent')
      .map((fails) => ({ do: 'mail', fails }) as const),
  },
)

/** Wrong guesses come several at a time, or hardly a code would ever be spent. */
const inBursts = (one: Move): Move[] =>
  one.do === 'wrong' ? Array.from({ length: 1 + (one.n % 5) }, () => one) : [one]

interface Sent {
  readonly at: number
  /** It replaced a code that guesses had made too short, and costs nothing. */
  readonly free: boolean
  /** It never left, and its send was given back. */
  readonly back: boolean
  answered: boolean
}

interface Row {
  readonly expiresAt: number
  guesses: number
  signedIn: boolean
  gone: boolean
  /** All mails that a sign-in with this row answers. */
  readonly mails: Sent[]
}

it('whatever three browsers do, with replayed states and failing mails, no limit is exceeded', async () => {
  const clock = stopClock()
  await fc.assert(
    fc.asyncProperty(fc.array(move, { minLength: 40, maxLength: 150 }), async (moves) => {
      const watched = watch(new MemoryStore())
      let fails: 'no' | 'sent' | 'not sent' = 'no'
      let last: CodeMail | undefined
      const emailOtp = new Strategy(
        {
          secret: 'a secret for fuzzing, 0123456789 and more',
          store: watched.store,
          sendCode: (mail) => {
            last = mail
            if (fails !== 'no') {
              throw Object.assign(new Error('down'), { notSent: fails === 'not sent' })
            }
          },
        },
        async () => undefined,
      )
      const sessions: Record<string, unknown>[] = [{}, {}, {}]
      const snapshots: Record<string, unknown>[] = []
      const codes = new Map<unknown, string>()
      const rows = new Map<string, Row>()
      const all: Sent[] = []
      const wrongs: number[] = []
      let windowStart = Number.NEGATIVE_INFINITY
      const failures = () => (Date.now() < windowStart + 30 * DAY ? wrongs.length : 0)
      const stateOf = (who: number) =>
        sessions[who]?.['email-otp'] as { id?: string; digits?: number } | undefined
      const idOf = (who: number) => stateOf(who)?.id
      /** Of the session, not of the challenge: two sessions may wait for codes of different lengths of one challenge. */
      const digitsOf = (who: number) => stateOf(who)?.digits ?? 0
      const needed = (count: number) => (count < 5 ? 6 : count < 50 ? 8 : 10)

      for (const one of moves.flatMap(inBursts)) {
        if (one.do === 'wait') clock.pass(one.ms)
        else if (one.do === 'mail') fails = one.fails
        else if (one.do === 'fresh') sessions[one.who] = {}
        else if (one.do === 'stale state') {
          const old = snapshots[one.n % Math.max(1, snapshots.length)]
          if (old) sessions[one.who] = structuredClone(old)
        } else if (one.do === 'ask') {
          const from = watched.calls.length
          last = undefined
          const digits = digitsOf(one.who)
          const req = {
            headers: {},
            session: sessions[one.who],
            sessionID: 'kept on the server',
          } as RequestLike
          await emailOtp.requestCode(req, ADA).catch(() => {})
          // A challenge that was used before is taken, and another one is opened instead.
          const opened = watched.calls
            .slice(from)
            .find((call) => outcomeOf(call) !== 'taken') as Call & { verb: 'open' }
          const outcome = outcomeOf(opened)
          const { pending, challenge } = opened.request
          const former = pending && rows.get(pending.challenge)
          const alive = former && !former.gone && Date.now() < former.expiresAt
          const free = Boolean(alive && former.guesses < 5 && digits < needed(failures()))
          if (free) expect(outcome).toBe('opened')
          if (outcome === 'opened') {
            const mail = last as CodeMail | undefined
            expect(mail?.digits).toBe(needed(failures()))
            const sent = { at: Date.now(), free, back: fails === 'not sent', answered: false }
            rows.set(challenge, {
              expiresAt: Date.now() + 10 * MINUTE,
              guesses: 0,
              signedIn: false,
              gone: fails === 'not sent',
              mails: [...(free ? (former?.mails ?? []) : []), sent],
            })
            all.push(sent)
            if (former) former.gone = true
            codes.set(idOf(one.who), mail?.code ?? '')
          } else if (outcome === 'reopened') {
            expect(former?.gone).toBe(false)
            const sent = {
              at: Date.now(),
              free: false,
              back: fails === 'not sent',
              answered: false,
            }
            if ((former?.guesses ?? 0) > 0) sent.back = false
            former?.mails.push(sent)
            all.push(sent)
            const { code = '' } = (last as CodeMail | undefined) ?? {}
            expect(code).toBe(codes.get(idOf(one.who)) ?? code)
            codes.set(idOf(one.who), code)
          } else {
            expect(last).toBeUndefined()
            const row = rows.get(challenge)
            // An old state asks again for a code that has become too short: its session waits for a longer one now.
            if (row && !row.gone && digits < needed(failures())) codes.delete(idOf(one.who))
          }
          snapshots.push(structuredClone(sessions[one.who] as object) as Record<string, unknown>)
        } else {
          const from = watched.calls.length
          const code = codes.get(idOf(one.who)) ?? '123456'
          const off = one.do === 'right' ? 0 : 1 + one.n
          const digits = digitsOf(one.who)
          const guess = String((Number(code) + off) % 10 ** code.length).padStart(code.length, '0')
          const req = {
            headers: {},
            session: sessions[one.who],
            sessionID: 'kept on the server',
          } as RequestLike
          const { reason } = await emailOtp.verifyCode(req, guess)
          const call = watched.calls[from]
          expect(watched.calls.length - from).toBeLessThanOrEqual(1)
          const row = call && rows.get(call.request.challenge)
          if (reason === 'accepted') {
            expect(one.do).toBe('right')
            expect(row && !row.gone && !row.signedIn && row.guesses < 5).toBe(true)
            expect(digits).toBeGreaterThanOrEqual(needed(failures()))
            if (!row) continue
            row.signedIn = true
            row.gone = true
            for (const mail of row.mails) mail.answered = true
            expect(emailOtp.proven(req)?.email).toBe(ADA)
          } else if (reason === 'invalid_code') {
            expect(one.do).toBe('wrong')
            expect(row && !row.gone).toBe(true)
            expect(digits).toBeGreaterThanOrEqual(needed(failures()))
            if (row) row.guesses += 1
            expect(row?.guesses).toBeLessThanOrEqual(5)
            if (Date.now() >= windowStart + 30 * DAY) {
              wrongs.length = 0
              windowStart = Date.now()
            }
            wrongs.push(Date.now())
          }
        }
      }
      const counted = all.filter((mail) => !mail.free && !mail.back && !mail.answered)
      for (const { at } of counted) {
        const within = (ms: number) => counted.filter((m) => m.at >= at && m.at < at + ms).length
        expect(within(HOUR)).toBeLessThanOrEqual(5)
        expect(within(DAY)).toBeLessThanOrEqual(20)
      }
    }),
    { numRuns: Number(process.env.FUZZ ?? 30) },
  )
}, 120_000)
