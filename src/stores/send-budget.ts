import type { SendBudget } from './store.js'

// The generic cell rate algorithm (ITU-T I.371). A budget is stored as one instant, the one at which it is full
// again. It needs no list of sends and no daily reset.

/** Returns the milliseconds until a send is allowed: 0 if it is allowed now. */
export function msUntilSend(fullAt: number, budget: SendBudget, now: number): number {
  return Math.max(0, fullAt - (budget.burst - 1) * budget.refillMs - now)
}

/** Returns the instant at which the budget is full again after one more send. */
export function fullAfterSend(fullAt: number, budget: SendBudget, now: number): number {
  return Math.max(fullAt, now) + budget.refillMs
}

/**
 * Returns the refund of sends that were charged `elapsedMs` ago, in milliseconds of refilling. The part that
 * has refilled already is excluded: otherwise it would count twice and allow mails beyond the limit.
 *
 * @param keepsMs how much of the charge stays at least
 */
export function refundMs(
  { refillMs }: SendBudget,
  sends: number,
  elapsedMs: number,
  keepsMs = 0,
): number {
  return Math.max(0, sends * refillMs - Math.max(elapsedMs, keepsMs))
}
