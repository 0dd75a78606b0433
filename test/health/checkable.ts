import {
  type ChallengeStore,
  type EmailOtpEvent,
  MemoryStore,
  type SendCode,
  Strategy,
} from 'passport-email-otp'
import { expect } from 'vitest'
import { anybody, SECRET } from '../helpers/mail.js'

export const ms: unknown = expect.any(Number)
export const HEALTHY = { ok: true, ms, problems: [] }

/** Creates a strategy with the parts to check, and collects its events. */
export function make({
  store = new MemoryStore(),
  check,
  sendCode = () => {},
}: {
  store?: ChallengeStore
  check?: unknown
  sendCode?: SendCode
} = {}) {
  const events: EmailOtpEvent[] = []
  const own = check === undefined ? sendCode : Object.assign(() => {}, { check })
  const onEvent = (event: EmailOtpEvent) => void events.push(event)
  const options = { secret: SECRET, store, sendCode: own as SendCode, onEvent }
  const emailOtp = new Strategy(options, anybody)
  return { emailOtp, events }
}
