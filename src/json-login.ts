import type { IncomingMessage, ServerResponse } from 'node:http'
import { isStep, STEPS } from './flow/authenticate-options.js'
import { sendJson } from './http/response.js'
import { type EmailOtpInfo, statusOf } from './info.js'
import type { EmailOtpAuthenticateOptions, Request } from './passport/types.js'
import type { Strategy } from './strategy.js'
import { checkNames, describe, optionReader } from './util/option-reader.js'

/** Options of {@link jsonLogin}. */
export interface JsonLoginOptions<User = Express.User>
  extends Pick<EmailOtpAuthenticateOptions, 'step'> {
  /**
   * What the answer to a right code holds beside `info`, such as `(user) => ({ user })`. May be async.
   * Default: nothing.
   */
  readonly respond?: ((user: User, req: Request) => object | PromiseLike<object>) | undefined
  /** Whether to log in through Passport. `false` for APIs without sessions. Default `true`. */
  readonly session?: boolean | undefined
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
 * Every outcome is answered as {@link EmailOtpInfo} with its status; a right code logs in through Passport
 * first. A GET answers `{ pending }`, so that a page can be drawn after a reload. What is broken goes to the
 * application's error handler. With `challenge: 'token'` there is nothing to reload: the client keeps
 * `pending` itself, beside its token.
 *
 * @throws TypeError for a wrong option.
 */
export function jsonLogin<User extends Express.User = Express.User>(
  strategy: Strategy,
  options: JsonLoginOptions<User> = {},
): Handler {
  // Not by instanceof: an application may hold this package twice, as ES module and as CommonJS.
  if (typeof strategy?.authenticate !== 'function' || typeof strategy.pending !== 'function') {
    throw new TypeError(
      `${OWNER}: the first argument must be the strategy; got ${describe(strategy)}`,
    )
  }
  checkNames(OWNER, options, ['respond', 'session', 'step'])
  const read = optionReader(OWNER, options)
  const respond = read.optionalFunction('respond') as JsonLoginOptions['respond']
  const logsIn = read.flag('session', true)
  const { step } = options
  if (!isStep(step)) throw read.wrong('step', step, STEPS)

  return (incoming, res, next) => {
    const req = incoming as Request
    // As Express does it: headers and cookies go to the response that the request knows.
    if (req.res === undefined) Object.assign(req, { res })
    if (req.method === 'GET' || req.method === 'HEAD') {
      return sendJson(res, 200, { pending: strategy.pending(req) ?? null })
    }
    // Before a code is used up that can't sign in.
    if (logsIn && typeof req.logIn !== 'function') return next(new TypeError(NO_LOGIN))
    const succeed = async (user: Express.User, info: EmailOtpInfo) => {
      if (logsIn) await logIn(req, user)
      sendJson(res, statusOf(info.reason), { ...(await respond?.(user, req)), ...info })
    }
    // A clone for each request, as Passport makes one: the action functions are this request's own.
    const clone: Strategy = Object.assign(Object.create(strategy), {
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

/** @throws what Passport says. */
function logIn(req: Request, user: Express.User): Promise<void> {
  return new Promise((resolve, reject) => {
    req.logIn(user, (err: unknown) => (err ? reject(err) : resolve()))
  })
}
