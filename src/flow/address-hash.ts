import { parseEmail } from '../challenge/email.js'
import { hashAddress } from '../challenge/keys.js'
import type { Settings } from '../options/settings.js'
import { describe, describeSecret } from '../util/describe.js'
import { setUpError } from '../util/set-up-error.js'
import { deriveOnce, type Exchange } from './exchange.js'

/**
 * The hash that the store and events know an address by. Spellings that are one account for the application
 * (`accountKey`) have the same hash, so that they share failures and send limits.
 */
export function addressHashOf(exchange: Exchange, email: string): string {
  return deriveOnce(exchange, email, () => hashOf(exchange.settings, email))
}

function hashOf({ accountKey, addressHashKey }: Settings, email: string): string {
  const account: unknown = accountKey ? accountKey(email) : email
  if (typeof account === 'string' && account !== '') return hashAddress(addressHashKey, account)
  throw setUpError(
    `accountKey must return a string that is not empty; got ${describe(account)}`,
    'docs/guides/several-spellings.md',
  )
}

/** The hash of an address that the application itself gives. @throws TypeError unless it is one address. */
export function hashOfGivenAddress(settings: Settings, email: unknown): string {
  const address = parseEmail(email)
  if (address !== undefined) return hashOf(settings, address)
  // The value is not repeated, because it may be a user's address.
  throw setUpError(
    `Expected one e-mail address; got ${describeSecret(email)}`,
    'docs/operations/support-desk.md',
  )
}
