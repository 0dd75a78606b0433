import {
  type CodeMail,
  type EmailOtpEvent,
  type EmailOtpOptions,
  MemoryStore,
  Strategy,
  type Verify,
} from 'passport-email-otp'
import { anybody, SECRET } from './mail.js'
import { watch } from './watch-store.js'

/** A request of a new visitor, whose session is stored in a cookie. */
export const visit = () => ({ headers: {}, session: {} as Record<string, unknown> })

/**
 * A strategy in plain calls, without any server, and the request of one visitor. It keeps its mails, its events, and
 * the calls of its store for the test.
 */
export function plainCalls(
  options: Partial<Omit<EmailOtpOptions, 'passReqToCallback'>> = {},
  verify: Verify = anybody,
) {
  const mails: CodeMail[] = []
  const events: EmailOtpEvent[] = []
  const { store, calls } = watch(options.store ?? new MemoryStore())
  const emailOtp = new Strategy(
    {
      secret: SECRET,
      sendCode: (mail) => void mails.push(mail),
      onEvent: (event) => void events.push(event),
      ...options,
      store,
    },
    verify,
  )
  return { emailOtp, req: visit(), mails, events, calls }
}

/** What a strategy tells Passport. */
export interface Told {
  readonly call: 'success' | 'fail' | 'redirect' | 'error' | 'pass'
  readonly value: unknown
  readonly status?: unknown
}

/** Runs a strategy as Passport does: on a clone, which has the functions that tell the outcome. */
export function runAsPassport(strategy: Strategy, req: object, options = {}): Promise<Told> {
  return new Promise((resolve) => {
    const clone = Object.create(strategy)
    for (const call of ['success', 'fail', 'redirect', 'error', 'pass'] as const) {
      clone[call] = (value: unknown, status?: unknown) => resolve({ call, value, status })
    }
    clone.authenticate({ method: 'POST', headers: {}, ...req }, options)
  })
}
