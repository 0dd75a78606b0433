import { takeOutcome } from '../flow/outcome.js'
import { pageStateOf } from '../flow/page-state.js'
import { type CallOptions, pendingPlainly } from '../flow/plain-calls.js'
import { startExchange } from '../flow/start-exchange.js'
import { beginVisit } from '../flow/visit.js'
import type { EmailOtpInfo, Pending } from '../info.js'
import type { PageState } from '../page/state.js'
import type { RequestLike } from '../passport/types.js'
import { coreOf } from './core.js'
import { StrategyForOperators } from './operations.js'

/** What pages are drawn from. */
export abstract class StrategyForPages extends StrategyForOperators {
  /**
   * Everything a page needs to draw the code field, or `undefined` if nothing is pending. With `purpose`,
   * only what is pending for that purpose.
   */
  pending(req: RequestLike, options: CallOptions = {}): Pending | undefined {
    return pendingPlainly({ ...coreOf(this), req }, options)
  }

  /**
   * Call it where a sign-in page of your own is drawn (`loginPage` and `loginForm` do). It gives the visitor a session,
   * so that two clicks on the button of a first visit send one mail with one code, and not two with two codes.
   */
  beginVisit(req: RequestLike): void {
    beginVisit({ ...coreOf(this), req })
  }

  /**
   * What the last request ended with, for the page that it was redirected to: once per redirect, the same for each
   * call within one request, and `undefined` after 60 seconds or once another code has been requested. Routes that
   * set `failureRedirect` or `codeSentRedirect` keep it in the session. A mail that could not be sent is `not_sent`.
   */
  outcome(req: RequestLike): EmailOtpInfo | undefined {
    return takeOutcome(startExchange(coreOf(this), req))
  }

  /**
   * What `loginPage` and `loginForm` draw for this request. A page of your own needs no more than `pending(req)`
   * and the outcome.
   */
  pageState(req: RequestLike, options: CallOptions = {}): PageState {
    return pageStateOf(coreOf(this), req, options)
  }
}
