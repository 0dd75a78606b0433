import { hashOfGivenAddress } from '../flow/address-hash.js'
import type { IdleOptions } from '../flow/background.js'
import { forgetInStore } from '../flow/call-store.js'
import { type Health, healthCheck } from '../health.js'
import type { Settings } from '../options/settings.js'
import { coreOf, StrategyWithCore } from './core.js'

/** What operators call: health, shutdown, and what the store knows of an address. */
export abstract class StrategyForOperators extends StrategyWithCore {
  private readonly _checkHealth: () => Promise<Health>

  constructor(settings: Settings) {
    super(settings)
    this._checkHealth = healthCheck(settings)
  }

  /**
   * Whether store and mail server are working now, for health endpoints and at start. It sends nothing,
   * changes nothing and never throws.
   */
  check(): Promise<Health> {
    return this._checkHealth()
  }

  /**
   * For shutdown, before the mailer and the store are closed: waits for requests, for mails after their answers and
   * for promises of `onEvent`. Returns `false` if the time is over first. @throws TypeError for a wrong option.
   */
  idle(options: IdleOptions = {}): Promise<boolean> {
    return coreOf(this).background.idle(options)
  }

  /** The hash that the store, events and logs know an address by. @throws TypeError unless it gets one address. */
  addressHash(email: string): string {
    return hashOfGivenAddress(coreOf(this).settings, email)
  }

  /**
   * Erases what the store knows of an address: wrong guesses, sends, pending codes. For a support desk (it
   * lifts every limit) and for the right to erasure.
   * @throws TypeError unless it gets one address, or if the store has no `forget`.
   * @throws EmailOtpError `store_failed`
   */
  async forget(email: string): Promise<void> {
    const { settings } = coreOf(this)
    await forgetInStore(settings, hashOfGivenAddress(settings, email))
  }
}
