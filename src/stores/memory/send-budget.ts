import type { SendBudget } from '../store.js'

// The generic cell rate algorithm (ITU-T I.371). All that is kept of a budget is one instant, the
// one at which it will be full again: no list of sends, and nothing to reset when a day is over.

/** How long until a send may be counted, in milliseconds: 0 where one may be now. */
export function waitForSend(fullAt: number, budget: SendBudget, now: number): number {
  return Math.max(0, fullAt - (budget.burst - 1) * budget.refillMs - now)
}

/** When the budget will be full again, after one more send. */
export function fullAfterSend(fullAt: number, budget: SendBudget, now: number): number {
  return Math.max(fullAt, now) + budget.refillMs
}

/**
 * How far `sends`, counted from `since` on, are from having refilled, in milliseconds. Only so much
 * may be given back: what refilled by itself would otherwise count twice, and mails beyond the limit
 * would go out.
 */
export function unrefilled(sends: number, since: number, budget: SendBudget, now: number): number {
  return Math.max(0, sends * budget.refillMs - (now - since))
}
