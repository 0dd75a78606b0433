import { hashAddress } from '../challenge/keys.js'
import type { Settings } from '../options/settings.js'
import { describe } from '../util/option-reader.js'

/**
 * What the store and the logs know an address by. Spellings that are one account for the application
 * (`accountKey`) have one key, so that they share failures and sends.
 */
export function addressKeyOf(settings: Settings, email: string): string {
  const { accountKey, addressKey } = settings
  const account: unknown = accountKey ? accountKey(email) : email
  if (typeof account === 'string' && account !== '') return hashAddress(addressKey, account)
  throw new TypeError(`accountKey must return a string that is not empty; got ${describe(account)}`)
}
