/** The options that are numbers: lifetimes, attempts and send limits. */
export interface LimitOptions {
  /**
   * Digits of a code. Wrong guesses make an address's codes longer, never shorter.
   * @defaultValue `6`
   * @range 6 to 10
   */
  readonly digits?: number | undefined
  /**
   * Lifetime of a code in seconds. Ten minutes is the most that OWASP ASVS 5.0 (6.5.5) allows.
   * @defaultValue `600`
   * @range 60 to 600
   */
  readonly ttlSeconds?: number | undefined
  /**
   * Guesses at one code.
   * @defaultValue `5`
   * @range 1 to 10; with `maxSendsPerDay` at most 200 guesses a day
   */
  readonly maxAttempts?: number | undefined
  /**
   * Minimum seconds between two mails of one code.
   * @defaultValue `30`
   * @range 10 to 300, at most half of `ttlSeconds`
   */
  readonly resendAfterSeconds?: number | undefined
  /**
   * Mails to one address in any hour that no sign-in followed. Known browsers and solved CAPTCHAs have limits of their
   * own, each of the same size.
   * @defaultValue `5`
   * @range 1 to 20
   * @see docs/operations/send-limits.md
   */
  readonly maxSendsPerHour?: number | undefined
  /**
   * Mails to one address in any 24 hours that no sign-in followed, likewise. More would refill faster than once an
   * hour.
   * @defaultValue `20`
   * @range `maxSendsPerHour` to 23 more, so 5 to 28 by default
   * @see docs/operations/send-limits.md
   */
  readonly maxSendsPerDay?: number | undefined
  /**
   * Seconds that the store may take to answer. After that the request fails with `store_failed`.
   * @defaultValue `2`
   * @range 1 to 10
   */
  readonly storeTimeoutSeconds?: number | undefined
}
