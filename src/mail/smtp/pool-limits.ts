/** The limits of a `Pool`, as nodemailer's options of the same names have them. */
export interface PoolLimits {
  readonly maxConnections: number
  /** Mails for one connection. */
  readonly maxMessages: number
  /** How long a connection stays open without a mail; 0 for as long as the server lets it. */
  readonly idleTimeoutMs: number
  /** Mails within `rateDeltaMs`; 0 for any number. */
  readonly rateLimit: number
  readonly rateDeltaMs: number
}
