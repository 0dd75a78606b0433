import session from 'express-session'
import { Passport } from 'passport'
import {
  EmailOtpError,
  type EmailOtpErrorCode,
  type EmailOtpOptions,
  type MailerOptions,
  mailer,
  Strategy,
} from 'passport-email-otp'
import { describe, expect, it, vi } from 'vitest'
import { bare, Document } from '../helpers/documents.js'

const page = new Document('docs/trouble-shooting.md')
const SECRET = 'a secret for tests, 0123456789 and more of it'
const OTHER = 'another one for tests, 9876543210 and so on..'
const ADDRESS = 'ada@example.com'
const broken = async () => {
  throw Object.assign(new Error('broken'), { notSent: true })
}

function make(options: object = {}): Strategy {
  const required = { secret: SECRET, sendCode: async () => {} }
  return new Strategy({ ...required, ...options } as EmailOtpOptions, async () => undefined)
}

/** Lets a strategy handle a request as Passport does, and gives what goes to the error handler. */
function errorOf(req: object, { strategy = make(), options = {} } = {}): Promise<Error> {
  return new Promise((resolve, reject) => {
    const unexpected = () => reject(new Error('no error'))
    Object.assign(strategy, { error: resolve, fail: unexpected, success: unexpected })
    strategy.authenticate({ method: 'POST', headers: {}, ...req } as never, options)
  })
}

const thrown = (run: () => unknown): unknown => {
  try {
    return run()
  } catch (err) {
    return err
  }
}
const rejected = (promise: Promise<unknown>) => promise.catch((err) => err)

/** Asks for a code, then enters one, on a store of which one verb is broken. */
async function onBrokenStore(verb: 'open' | 'attempt' | 'cancel'): Promise<unknown> {
  const works = { open: async () => ({ outcome: 'opened', failures: 0 }) }
  const strategy = make({ store: { ...works, attempt: broken, cancel: broken, [verb]: broken } })
  const req = { headers: {}, session: {} }
  const asked = await rejected(strategy.requestCode(req, ADDRESS))
  return verb === 'open' ? asked : rejected(strategy.verifyCode(req, '123456'))
}

/** How each message of the page comes about, whatever its words are. */
const STARTING: Record<string, () => unknown> = {
  'no secret': () => make({ secret: undefined }),
  'a weak secret': () => make({ secret: 'x' }),
  'a secret with a line break': () => make({ secret: `${SECRET}\n` }),
  'several secrets without a counterSecret': () => make({ secret: [SECRET, OTHER] }),
  'a misspelt option': () => make({ digit: 6 }),
  'no verify function': () =>
    new Strategy({ secret: SECRET, sendCode: broken }, undefined as never),
  'a verify function with too many parameters': () =>
    new Strategy(
      { secret: SECRET, sendCode: broken },
      ((_req: never, _email: never, _done: never) => undefined) as never,
    ),
  'mailer that was not called': () => make({ sendCode: mailer }),
  'a password that is not encoded in a URL': () =>
    mailer({ transport: 'smtp://me:pa/ss@mail.example', from: ADDRESS } as MailerOptions),
}
const FAILING: Record<string, () => Promise<unknown>> = {
  'a strategy that Passport does not know': () =>
    new Promise((resolve) => new Passport().authenticate('email-otp')({}, {}, resolve)),
  'no body parser': () =>
    errorOf({ headers: { 'content-type': 'application/json', 'content-length': '2' } }),
  'no session': () => errorOf({ body: { email: ADDRESS } }),
  'a session that cannot be renewed': () => errorOf({ body: { code: '123456' }, session: {} }),
  'Passport 0.5': () => {
    const user = { emailFromRequest: () => ADDRESS, subjectFromRequest: () => '17' }
    // Passport keeps its session manager there. The one of Passport 0.5 calls back at once.
    const _sessionManager = { _key: 'passport', logOut: (_req: object, done: () => void) => done() }
    const req = { body: {}, session: {}, sessionID: 's1', _sessionManager }
    return errorOf(req, { strategy: make(user), options: { assignProperty: 'account' } })
  },
  'a session that cannot be saved': () => {
    const save = (done: (err: Error) => void) => done(new Error('broken'))
    return errorOf({ body: { email: ADDRESS }, session: { save } })
  },
  'a mail that cannot be sent': () =>
    errorOf({ body: { email: ADDRESS }, session: {} }, { strategy: make({ sendCode: broken }) }),
  'a store that cannot open': () => onBrokenStore('open'),
  'a store that cannot attempt': () => onBrokenStore('attempt'),
  'a verify function without the parameter for the request': async () => {
    let sent = ''
    const sendCode = async ({ code }: { code: string }) => {
      sent = code
    }
    const verify = (_email: unknown, done: (err: null, user: object) => void) => done(null, {})
    const options = { secret: SECRET, sendCode, passReqToCallback: true }
    const strategy = new Strategy(options as never, verify as never)
    const session = { regenerate: (next: () => void) => next() }
    await strategy.requestCode({ headers: {}, session }, ADDRESS)
    return errorOf({ body: { code: sent }, session }, { strategy })
  },
  'a wrong step': () => errorOf({ body: {} }, { options: { step: 'resend' } }),
  'express-session without a secret': () =>
    new Promise((resolve) => {
      // depd prints a note, unless somebody listens.
      process.once('deprecation' as 'exit', () => {})
      const middleware = session({ secret: '', resave: false, saveUninitialized: false })
      middleware({ headers: {}, originalUrl: '/' } as never, {} as never, resolve)
    }),
  'passport.session() without a session': () =>
    new Promise((resolve) => new Passport().session()({}, {}, resolve)),
  'Passport without deserializeUser': () =>
    new Promise((resolve) => new Passport().deserializeUser({}, resolve)),
  'Passport without serializeUser': () =>
    new Promise((resolve) => new Passport().serializeUser({}, resolve)),
}
/** The page that an error names, and its heading, exist. */
function expectHelp(err: unknown): void {
  const [file = '', anchor] = String((err as { help?: string }).help).split('#')
  const anchors = new Document(file).headings.map((heading) =>
    heading.toLowerCase().replaceAll(' ', '-'),
  )
  expect(anchors).toContain(anchor)
}

const messagesUnder = (heading: string) =>
  page.table(heading).flatMap(({ message = '' }) =>
    message
      .replace(/ \(or .*\)$/, '')
      .split(', ')
      .map(bare)
      // Another cause of the message above.
      .filter(Boolean),
  )

/** Those of the page's messages that this text has in it. */
const quotedIn = (messages: readonly string[], text: unknown) =>
  messages.filter((message) => String(text).includes(message))

describe('the messages at the start', () => {
  const messages = messagesUnder('When the program starts')

  it('are those of these errors, and a warning', () => {
    const errors = Object.values(STARTING).map((provoke) => thrown(provoke) as Error)
    const quoted = errors.flatMap(({ message }) => quotedIn(messages, message))
    expect(new Set(quoted).size).toBe(errors.length)
    expect(messages).toHaveLength(errors.length + 1)
  })

  it.each(Object.keys(STARTING))('are quoted as they are: %s', (what) => {
    const err = thrown(() => STARTING[what]?.())
    expect(err).toBeInstanceOf(TypeError)
    expect(quotedIn(messages, (err as Error).message)).toHaveLength(1)
    expectHelp(err)
  })

  it('are quoted as they are: the warning', async () => {
    vi.resetModules()
    vi.stubEnv('NODE_ENV', 'production')
    const emitWarning = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
    const { MemoryStore } = await import('passport-email-otp')
    new MemoryStore()
    const [message, options] = emitWarning.mock.calls[0] ?? []
    vi.restoreAllMocks()
    vi.unstubAllEnvs()
    expect(quotedIn(messages, message)).toHaveLength(1)
    expect(page.text).toContain((options as { code: string }).code)
  })
})

describe('the messages of a request', () => {
  const messages = messagesUnder('Errors of a request')

  it('are those of these errors', async () => {
    const errors = await Promise.all(Object.values(FAILING).map((provoke) => provoke()))
    const quoted = errors.flatMap((err) => quotedIn(messages, (err as Error).message))
    expect(new Set(quoted)).toEqual(new Set(messages))
    expect(messages).toHaveLength(errors.length)
  })

  it.each(Object.keys(FAILING))('are quoted as they are: %s', async (what) => {
    const err = await FAILING[what]?.()
    expect(quotedIn(messages, (err as Error).message)).toHaveLength(1)
  })

  it('are of each code that an error can have', async () => {
    const errors = await Promise.all(Object.values(FAILING).map((provoke) => provoke()))
    const codes: Record<EmailOtpErrorCode, true> = {
      body_required: true,
      delivery_failed: true,
      session_failed: true,
      session_required: true,
      store_failed: true,
    }
    const seen = errors.flatMap((err) => (err instanceof EmailOtpError ? [err.code] : []))
    expect([...new Set(seen)].sort()).toEqual(Object.keys(codes))
    for (const err of errors) if (err instanceof EmailOtpError) expectHelp(err)
  })
})

it('the answers that surprise name reasons that there are', () => {
  const reasons = new Document('docs/reference/reasons.md')
    .table('All reasons')
    .map(({ reason }) => bare(reason))
  for (const row of page.table('Answers that surprise')) {
    const [, name] = /^`(\w+_\w+)`/.exec(row['what you see'] ?? '') ?? []
    if (name !== undefined) expect(reasons).toContain(name)
  }
})
