import type { Settings } from '../options/settings.js'
import type { Request, RequestLike } from '../passport/types.js'
import type { SendBudget } from '../stores/store.js'
import { isKnownDevice } from './known-browser.js'

/**
 * Whose sends a mail is counted on. A stranger who asks for an address without pause uses up the
 * strangers' sends; its owner, on a known device or with a solved CAPTCHA, has others.
 */
export async function chooseBudget(
  settings: Settings,
  req: RequestLike,
  addressKey: string,
): Promise<SendBudget> {
  const { budgets, captchaPassed } = settings
  if (isKnownDevice(settings, req, addressKey)) return budgets.device
  // The answer of a CAPTCHA service, handed on as it is, is an object that says "failed" and is truthy.
  if ((await captchaPassed?.(req as Request)) === true) return budgets.captcha
  return budgets.stranger
}
