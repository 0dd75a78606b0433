import { randomBytes } from 'node:crypto'
import type { CodeMail } from 'passport-email-otp'
import { startMail } from '../../helpers/mail.js'
import { sessions as expressSession } from '../../helpers/sessions.js'
import { createWorld } from '../../helpers/world.js'
import { wrongCode } from '../../helpers/wrong-code.js'
import type { BrokenPart, Scenario } from './part.js'
import { note, noted, Traces, WatchedSessions } from './watched-sessions.js'

export interface Answer {
  readonly isRight: boolean
  /** A `reason`, `signed in`, an error's code or a status. */
  readonly said: string
  /** Whether the answer is an error, so that the guess was not judged. */
  readonly isError: boolean
  /** All that the client sees, apart from its own address and the time. */
  readonly text: string
  /** What the request called until the store had answered. */
  readonly calls: string
}

export type Visitor = ReturnType<Awaited<ReturnType<typeof visitorsOf>>['visitor']>

/** Starts the application of a scenario, and gives browsers that request codes and enter them. */
export async function visitorsOf({ setUp }: Scenario) {
  const { smtp, options } = await startMail()
  const sessions = new WatchedSessions()
  const part: BrokenPart = await setUp({ sessions, smtp })
  const traces = new Traces()
  // Also those of mails that do not arrive: an attacker may hit on such a code.
  const codes = new Map<string, CodeMail>()
  const sendCode = async (code: CodeMail) => {
    // While allowEmail is slow, the mail of an earlier request can arrive after that of a later one.
    const newest = codes.get(code.to)
    if (!newest || newest.expiresAt <= code.expiresAt) codes.set(code.to, code)
    note('mail')
    await options.sendCode(code)
  }
  const world = await createWorld({
    // So long that a loaded machine does not reach it.
    storeTimeoutSeconds: 10,
    ...part.options,
    before: traces.middleware,
    session: expressSession(sessions),
    sendCode,
    store: noted(part.store),
  })
  let requests = 0

  function visitor(email: string) {
    const { agent, requestCode, home } = world.client()
    const enter = async (code: string, isRight: boolean): Promise<Answer> => {
      const request = `${requests++}`
      const sent = agent.post('/login').set('x-request', request).send({ code })
      const { status, body, text } = await sent
      const said = body.user ? 'signed in' : (body.code ?? body.reason ?? `${status}`)
      const seen = text.replaceAll(email, 'the address').replace(/InSeconds":\d+/g, '')
      const calls = traces.untilAnswered(request)
      return { isRight, said, isError: status >= 500, text: seen, calls }
    }
    let digits = 6
    const wrong = (n: number) => {
      const code = codes.get(email)?.code
      return code ? wrongCode(code, n) : `${n}`.padStart(digits, '0')
    }
    return {
      email,
      /** Requests a code, and returns the status of the answer. */
      ask: async () => {
        codes.delete(email)
        const { status, body } = await requestCode(email)
        digits = body.pending?.digits ?? digits
        return status
      },
      /** Requests a code for an address of the attacker, so that there is a session. */
      begin: () => requestCode(`eve+${email}`),
      enterRight: () => enter(codes.get(email)?.code ?? '', true),
      /** Whether a code has arrived that expires at this instant or later. */
      hasCode: (expiry = 0) => Number(codes.get(email)?.expiresAt ?? Number.NaN) >= expiry,
      /** Enters different wrong codes at once. */
      guess: (count: number) =>
        Promise.all(Array.from({ length: count }, (_, n) => enter(wrong(n + 1), false))),
      isSignedIn: () => home().then(({ body }) => body.user?.email === email),
    }
  }

  /** The failures that the store has counted, as the next request for a code sees them. */
  async function counted(email: string): Promise<number> {
    const result = await part.store.open({
      address: world.emailOtp.addressHash(email),
      challenge: randomBytes(16).toString('base64url'),
      ttlMs: 600_000,
      keepMs: 120_000,
      attempts: 5,
      spacingMs: 30_000,
      budget: { key: 'on the side', burst: 1_000, refillMs: 1 },
    })
    if (result.outcome !== 'opened') throw new Error(`not opened: ${result.outcome}`)
    return result.failures
  }

  return { part, visitor, counted }
}
