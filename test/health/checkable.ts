import {
  type ChallengeStore,
  type EmailOtpEvent,
  MemoryStore,
  type SendCode,
  Strategy,
} from 'passport-email-otp'
import { expect } from 'vitest'
import { SECRET } from '../helpers/app.js'

export const ms: unknown = expect.any(Number)
export const WELL = { ok: true, ms, problems: [] }

/** A strategy whose parts are to be checked, and what its listener hears. */
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
  const emailOtp = new Strategy(
    { secret: SECRET, store, sendCode: own as SendCode, onEvent },
    async (email) => ({ email }),
  )
  return { emailOtp, events }
}
