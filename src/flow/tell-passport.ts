import type { EmailOtpAuthenticateOptions, RequestLike } from '../passport/types.js'
import { statusOf } from '../reasons.js'
import { textOf } from '../util/describe.js'
import { runAfterResponse } from './after-response.js'
import { authenticate, type Outcome } from './authenticate.js'
import type { Core, Exchange } from './exchange.js'

/** The functions that Passport sets on the strategy for each request. */
export interface PassportActions {
  success(user: Express.User, info: object): void
  fail(challenge: object, status: number): void
  redirect(url: string, status: number): void
  error(err: unknown): void
}

/** Runs a request for Passport, which drops the promise of `authenticate`: nothing is thrown or rejected. */
export function authenticateForPassport(
  actions: PassportActions,
  core: Core,
  req: RequestLike,
  options: EmailOtpAuthenticateOptions,
): void {
  const settled = authenticate(core, req, options)
    .then((outcome) => tellPassport(actions, { ...core, req }, outcome))
    .catch(actions.error)
    .catch(warn)
  core.background.track(settled)
}

/** Hands over the work that waits for the answer, then makes the one call that ends a request. */
function tellPassport(
  { success, fail, redirect }: PassportActions,
  exchange: Omit<Exchange, 'catalogue'>,
  { action, afterAnswer }: Outcome,
): void {
  if (afterAnswer) runAfterResponse(exchange, afterAnswer)
  if (action.call === 'success') success(action.user, action.info)
  else if (action.call === 'redirect') redirect(action.url, 303)
  else fail(action.info, statusOf(action.info.reason))
}

/** The application's own callback threw, for the error too. That is no reason to end the process. */
function warn(thrown: unknown): void {
  process.emitWarning(thrown instanceof Error ? thrown : textOf(thrown))
}
