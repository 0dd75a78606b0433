import { runAfterAnswer } from '../http/response.js'
import { statusOf } from '../info.js'
import type { RequestLike } from '../passport/types.js'
import type { Outcome } from './authenticate.js'

/** The functions that Passport sets on the strategy for each request. */
export interface PassportActions {
  success(user: Express.User, info: object): void
  fail(challenge: object, status: number): void
  redirect(url: string, status: number): void
  error(err: unknown): void
}

/** Makes the one call that ends a request, then starts the work that waits for the answer. */
export function tellPassport(
  { success, fail, redirect }: PassportActions,
  req: RequestLike,
  { action, afterAnswer }: Outcome,
): void {
  try {
    if (action.call === 'success') success(action.user, action.info)
    else if (action.call === 'redirect') redirect(action.url, 303)
    else fail(action.info, statusOf(action.info.reason))
  } finally {
    if (afterAnswer) runAfterAnswer(req, afterAnswer)
  }
}
