import type { IncomingMessage, ServerResponse } from 'node:http'
import { isStep, STEPS } from './flow/authenticate-options.js'
import { sendJson } from './http/response.js'
import { type EmailOtpInfo, type Pending, statusOf } from './info.js'
import type { EmailOtpAuthenticateOptions, Request, RequestLike } from './passport/types.js'
import { describe } from './util/describe.js'
import { checkNames, optionReader } from './util/option-reader.js'

/** Options of {@link jsonLogin}. */
export interface JsonLoginOptions<User = Express.User>
  extends Pick<EmailOtpAuthenticateOptions, 'step'> {
  /**
   * Returns what the answer to a right code holds beside `info`, such as `(user) => ({ user })`. May be
   * async. Default: nothing.
   */
  readonly respond?: ((user: User, req: Request) => object | PromiseLike<object>) | undefined
  /** Whether to log in through Passport. `false` for APIs without sessions. Default `true`. */
  readonly session?: boolean | undefined
}

/** The methods of the strategy that {@link jsonLogin} calls. */
export interface JsonLoginStrategy {
  authenticate(req: RequestLike, options?: EmailOtpAuthenticateOptions): void
  pending(req: RequestLike): Pending | undefined
}

type Handler = (req: IncomingMessage, res: ServerResponse, next: (err?: unknown) => void) => void

const OWNER = 'jsonLogin'

const NO_LOGIN =
  `${OWNER}: req.logIn is missing; add app.use(passport.session()) before this route, or ` +
  '{ session: false } for an API without sessions'

/**
 * A sign-in for clients that speak JSON, in one line:
 *
 * ```ts
 * app.post('/api/login', jsonLogin(emailOtp, { respond: (user) => ({ user }) }))
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
    throw new TypeError(
      `${OWNER}: the first argument must be the strategy; got ${describe(strategy)}`,
    )
  }
  checkNames(OWNER, options, ['respond', 'session', 'step'])
  const read = optionReader(OWNER, options)
  const respond = read.optionalFunction('respond') as JsonLoginOptions['respond']
  const logsIn = read.flag('session', true)
  const step = read.value('step')
  if (!isStep(step)) throw read.wrong('step', step, STEPS)

  return (incoming, res, next) => {
    const req = incoming as Request
    // As Express does it: headers and cookies go to the response that the request knows.
    if (req.res === undefined) Object.assign(req, { res })
    if (req.method === 'GET' || req.method === 'HEAD') {
      return sendJson(res, 200, { pending: strategy.pending(req) ?? null })
    }
    // Checked before a code is spent that could not sign in.
    if (logsIn && typeof req.logIn !== 'function') return next(new TypeError(NO_LOGIN))
    const succeed = async (user: Express.User, info: EmailOtpInfo) => {
      if (logsIn) await passportLogIn(req, user)
      sendJson(res, statusOf(info.reason), { ...(await respond?.(user, req)), ...info })
    }
    // A clone for each request, as Passport makes one: the action functions belong to this request.
    const clone: JsonLoginStrategy = Object.assign(Object.create(strategy), {
      success: (user: Express.User, info: EmailOtpInfo) => succeed(user, info).catch(next),
      fail: (info: EmailOtpInfo) => {
        if (info.reason === 'method_not_allowed') res.setHeader('Allow', 'GET, HEAD, POST')
        sendJson(res, statusOf(info.reason), info)
      },
      error: next,
    })
    clone.authenticate(req, { step })
  }
}

/** @throws what Passport throws. */
function passportLogIn(req: Request, user: Express.User): Promise<void> {
  return new Promise((resolve, reject) => {
    req.logIn(user, (err: unknown) => (err ? reject(err) : resolve()))
  })
}
