import type { SendBudget } from '../stores/store.js'
import type { Exchange } from './exchange.js'
import { isKnownBrowser } from './known-browser.js'

/**
 * Chooses the send budget that a mail is charged to. An attacker who keeps requesting codes for an address
 * uses up the budget of strangers; its owner has another one, in a known browser or with a solved CAPTCHA.
 */
export async function chooseBudget(exchange: Exchange, addressHash: string): Promise<SendBudget> {
  const { budgets, captchaPassed } = exchange.settings
  if (isKnownBrowser(exchange, addressHash)) return budgets.knownBrowser
  // The response of a CAPTCHA service, returned unchanged, is a truthy object that says "failed".
  if ((await captchaPassed?.(exchange.req)) === true) return budgets.captcha
  return budgets.stranger
}
