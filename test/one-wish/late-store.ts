import type { ChallengeStore, OpenResult } from 'passport-email-otp'
import { Strategy } from 'passport-email-otp'
import { gate } from '../helpers/gate.js'
import { anybody, SECRET } from '../helpers/mail.js'

const ADA = 'ada@example.com'

/** A store whose first `open` is executed at once, and answered when the test lets it. */
export function answersLate(real: ChallengeStore) {
  const [executed, answer, cancelled] = [gate<OpenResult>(), gate(), gate()]
  let isFirst = true
  const store: ChallengeStore = {
    open: async (request) => {
      const isLate = isFirst
      isFirst = false
      const result = await real.open(request)
      if (isLate) {
        executed.open(result)
        await answer.opened
      }
      return result
    },
    attempt: (request) => real.attempt(request),
    cancel: async (request) => {
      await real.cancel(request)
      cancelled.open()
    },
  }
  return { store, executed: executed.opened, answer: answer.open, cancelled: cancelled.opened }
}

/** Two processes with one store, and the session of one visitor who looks at the page. */
export function twoProcesses(stores: readonly [ChallengeStore, ChallengeStore], options = {}) {
  const codes: string[] = []
  const [first, second] = stores.map(
    (store) =>
      new Strategy(
        {
          secret: SECRET,
          store,
          sendCode: ({ code }) => void codes.push(code),
          storeTimeoutSeconds: 1,
          ...options,
        },
        anybody,
      ),
  ) as [Strategy, Strategy]
  const session = {}
  first.beginVisit({ headers: {}, session })
  const click = (emailOtp: Strategy) => {
    const req = { headers: {}, session: structuredClone(session) }
    return { req, info: emailOtp.requestCode(req, ADA) }
  }
  return { first, second, click, codes }
}
