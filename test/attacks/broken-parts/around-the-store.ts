import { MemoryStore } from 'passport-email-otp'
import {
  type Around,
  type BrokenPart,
  FORGETS,
  type Phase,
  type Said,
  type Scenario,
  WORKS,
} from './part.js'

/** A scenario about sessions, on a store that works. */
function sessions(
  name: string,
  change: (sessions: Around['sessions']) => unknown,
  said: Said,
): Scenario {
  return {
    name: `session store ${name}`,
    setUp: ({ sessions }) => ({
      store: new MemoryStore(),
      phases: [{ name, enter: () => change(sessions), ...said }],
      repair: () => {
        sessions.failing.clear()
        sessions.delayMs = 0
      },
    }),
  }
}

/** A scenario about the mail server: the codes are requested while it is broken. */
function mails(
  name: string,
  phases: (smtp: Around['smtp']) => readonly [Phase, ...Phase[]],
): Scenario {
  return {
    name: `mail server ${name}`,
    setUp: ({ smtp }) => ({
      store: new MemoryStore(),
      phases: phases(smtp),
      repair: () => {
        smtp.release()
        smtp.behave()
      },
    }),
  }
}

/** A mail server that takes no mail, in one way. */
function failing(
  name: string,
  fail: (smtp: Around['smtp']) => void,
  said: Partial<Phase>,
): Scenario {
  return mails(name, (smtp) => [{ name, enter: () => fail(smtp), requests: 'end', ...said }])
}

const REFUSED = { ...FORGETS, isRefused: true }

/** A scenario about `allowEmail`, which answers in another way once the codes are sent. */
function allowEmail(
  name: string,
  broken: (email: string) => unknown,
  right: string,
  requests?: 'end',
): Scenario {
  return {
    name: `allowEmail ${name}`,
    setUp: ({ smtp }): BrokenPart => {
      let isBroken = false
      return {
        store: new MemoryStore(),
        options: { allowEmail: async (email) => (isBroken ? broken(email) : true) },
        phases: [
          {
            name,
            wrong: 'invalid_code',
            right,
            ...(requests && { requests }),
            enter: async () => {
              // Codes are mailed after the answer.
              if (!requests) await smtp.waitFor(3)
              isBroken = true
            },
          },
        ],
        repair: () => {
          isBroken = false
        },
      }
    },
  }
}

const throwing = () => {
  throw new Error('the database of users is down')
}
const slowly = (answer: unknown) => new Promise((resolve) => setTimeout(resolve, 50, answer))

/** Broken sessions, mail servers and functions of the application, beside a store that works. */
export const AROUND_THE_STORE: readonly Scenario[] = [
  sessions('lost', (store) => store.lose(), FORGETS),
  sessions('fails to save', (store) => store.failing.add('set'), { ...WORKS, right: '500' }),
  sessions('fails to renew', (store) => store.failing.add('destroy'), { ...WORKS, right: '500' }),
  sessions('fails to read', (store) => store.failing.add('get'), { wrong: '500', right: '500' }),
  sessions(
    'slow',
    (store) => {
      store.delayMs = 30
    },
    WORKS,
  ),
  mails('slow', (smtp) => [{ name: 'slow', enter: () => smtp.hold(), requests: 'hang', ...WORKS }]),
  mails('slow, then refuses', (smtp) => [
    { name: 'slow', enter: () => smtp.hold(), requests: 'hang', ...WORKS },
    {
      name: 'refuses',
      enter: () => {
        smtp.rejectMail(451)
        smtp.release()
      },
      requests: 'end',
      ...REFUSED,
    },
  ]),
  failing('refuses mails', (smtp) => smtp.rejectMail(451), REFUSED),
  failing('refuses recipients', (smtp) => smtp.rejectRecipient(550), REFUSED),
  // The mail may have arrived, so its code works.
  failing('breaks off', (smtp) => smtp.dieAfterData(), WORKS),
  allowEmail('slow', () => slowly(true), 'signed in'),
  allowEmail('throws', throwing, '500'),
  allowEmail('refuses', () => false, 'not_allowed'),
  allowEmail('throws for requests', throwing, '500', 'end'),
  {
    name: 'verify function throws',
    setUp: () => {
      let isBroken = false
      const verify = async (email: string) => (isBroken ? throwing() : { email })
      const enter = () => {
        isBroken = true
      }
      return {
        store: new MemoryStore(),
        options: { verify },
        phases: [{ name: 'throws', enter, wrong: 'invalid_code', right: '500' }],
        repair: () => {
          isBroken = false
        },
      }
    },
  },
]
