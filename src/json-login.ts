import type { IncomingMessage, ServerResponse } from 'node:http'
import { isStep, STEPS } from './flow/authenticate-options.js'
import { sendJson } from './http/response.js'
import type { EmailOtpInfo, Pending } from './info.js'
import { LOGIN } from './options/purposes.js'
import type { EmailOtpAuthenticateOptions, Request, RequestLike } from './passport/types.js'
import { statusOf } from './reasons.js'
import { describe, describeSecret } from './util/describe.js'
import { checkNames, optionReader } from './util/option-reader.js'
import { member } from './util/own.js'
import { setUpError } from './util/set-up-error.js'

/** Options of {@link jsonLogin}. */
export interface JsonLoginOptions<User = Express.User>
  extends Pick<EmailOtpAuthenticateOptions, 'step' | 'purpose'> {
  /**
   * Returns what the answer to a right code holds beside `info`, such as `({ id }) => ({ id })`. It goes to the
   * browser, so name the fields: a whole user may hold the hash of a password. May be async. Default: nothing.
   */
  readonly respond?: ((user: User, req: Request) => object | PromiseLike<object>) | undefined
  /**
   * Whether to log in through Passport. `false` for APIs without sessions. Default: `true` for the purpose
   * `'login'`, and `false` for any other: its code confirms something for the user who is signed in, and leaves a
   * fresh proof, as with `passport.authorize`.
   */
  readonly session?: boolean | undefined
}

/** The methods of the strategy that {@link jsonLogin} calls. */
export interface JsonLoginStrategy {
  authenticate(req: RequestLike, options?: EmailOtpAuthenticateOptions): void
  pending(
    req: RequestLike,
    options?: { readonly purpose?: string | undefined },
  ): Pending | undefined
}

/**
 * The promise settles once the response has been sent, or the error was handed to `next`. Without `next`, as in an API
 * route of Next.js, an error rejects it.
 */
type Handler = (
  req: IncomingMessage,
  res: ServerResponse,
  next?: (err?: unknown) => void,
) => Promise<void>

const OWNER = 'jsonLogin'

const NO_LOGIN =
  `${OWNER}: req.logIn is missing; add app.use(passport.session()) before this route, or ` +
  '{ session: false } for an API without sessions'

/**
 * A sign-in for clients that speak JSON, in one line:
 *
 * ```ts
 * app.post('/api/login', jsonLogin(emailOtp, { respond: ({ id, email }) => ({ id, email }) }))
 * ```
 *
 * Every outcome is answered as {@link EmailOtpInfo} with its status. A right code logs in through Passport
 * first. A GET is answered with `{ pending }`, so that a page can be drawn after a reload. Operational
 * failures are passed to the application's error handler. With `pendingIn: 'token'` the client itself keeps
 * `pending` beside its token.
 *
 * @throws TypeError for a wrong option.
 */
export function jsonLogin<User extends Express.User = Express.User>(
  strategy: JsonLoginStrategy,
  options: JsonLoginOptions<User> = {},
): Handler {
  // Not by instanceof: an application may load this package twice, as ES module and as CommonJS.
  if (typeof strategy?.authenticate !== 'function' || typeof strategy.pending !== 'function') {
    throw setUpError(
      `${OWNER}: the first argument must be the strategy; got ${describe(strategy)}`,
      'docs/guides/json.md',
    )
  }
  const { respond, logsIn, step, purpose, assigned } = readJsonLoginOptions(options)

  /** Answers one request. Rejects with an operational failure. */
  async function answer(req: Request, res: ServerResponse): Promise<void> {
    if (req.method === 'GET' || req.method === 'HEAD') {
      return sendJson(res, 200, {
        pending: strategy.pending(req, { purpose: purpose ?? LOGIN }) ?? null,
      })
    }
    // Checked before a code is spent that could not sign in.
    if (logsIn && typeof req.logIn !== 'function') throw setUpError(NO_LOGIN, 'docs/guides/json.md')
    const { user, info } = await outcomeOf(strategy, req, { step, purpose, ...assigned })
    if (user === undefined) {
      if (info.reason === 'method_not_allowed') res.setHeader('Allow', 'GET, HEAD, POST')
      return sendJson(res, statusOf(info.reason), info)
    }
    if (logsIn) await passportLogIn(req, user)
    sendJson(res, statusOf(info.reason), { ...fieldsOf(await respond?.(user, req)), ...info })
  }

  return async (incoming, res, next) => {
    const req = incoming as Request
    // As Express does it: headers and cookies go to the response that the request knows.
    if (req.res === undefined) Object.assign(req, { res })
    try {
      await answer(req, res)
    } catch (err) {
      if (next === undefined) throw err
      return next(err)
    }
    await sent(res)
  }
}

/** What an object is as JSON: a class may leave fields out of it, such as the hash of a password. */
function fieldsOf(added: unknown): object {
  const toJson = member(added, 'toJSON')
  const fields: unknown = typeof toJson === 'function' ? toJson.call(added) : (added ?? {})
  if (typeof fields === 'object' && fields !== null && !Array.isArray(fields)) return fields
  throw setUpError(
    `${OWNER}: respond must return an object; got ${describeSecret(fields)}`,
    'docs/guides/json.md',
  )
}

function readJsonLoginOptions(options: object) {
  checkNames(OWNER, options, ['respond', 'session', 'step', 'purpose'])
  const read = optionReader(OWNER, options as JsonLoginOptions)
  const step = read.value('step')
  if (!isStep(step)) throw read.wrong('step', step, STEPS)
  // The strategy knows its purposes, and names a wrong one at the first request.
  const purpose = read.value('purpose') === undefined ? undefined : read.text('purpose', LOGIN)
  const signsIn = purpose === undefined || purpose === LOGIN
  const logsIn = read.flag('session', signsIn)
  return {
    respond: read.optionalFunction('respond') as JsonLoginOptions['respond'],
    step,
    purpose,
    logsIn,
    // As passport.authorize does it: a code that does not sign in leaves a fresh proof.
    assigned: !signsIn && !logsIn && { assignProperty: 'account' },
  }
}

interface Outcome {
  /** The user of a right code. */
  readonly user?: Express.User
  readonly info: EmailOtpInfo
}

/** Runs the strategy as Passport does: on a clone for each request, because the action functions belong to it. */
function outcomeOf(
  strategy: JsonLoginStrategy,
  req: Request,
  options: EmailOtpAuthenticateOptions,
): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const clone: JsonLoginStrategy = Object.assign(Object.create(strategy), {
      success: (user: Express.User, info: EmailOtpInfo) => resolve({ user, info }),
      fail: (info: EmailOtpInfo) => resolve({ info }),
      error: reject,
    })
    clone.authenticate(req, options)
  })
}

/** @throws what Passport throws. */
function passportLogIn(req: Request, user: Express.User): Promise<void> {
  return new Promise((resolve, reject) => {
    req.logIn(user, (err: unknown) => (err ? reject(err) : resolve()))
  })
}

/** A session middleware delays the end of a response until the session is saved. */
function sent(res: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    if (res.writableFinished || res.destroyed) return resolve()
    res.once('finish', resolve).once('close', resolve)
  })
}
