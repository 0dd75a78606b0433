import type { PoolLimits } from './pool-limits.js'

/** Counts the mails of a `rateDeltaMs`. */
export class Rate {
  readonly #limits: Pick<PoolLimits, 'rateLimit' | 'rateDeltaMs'>
  readonly #goOn: () => void
  #since = 0
  #count = 0
  #timer: NodeJS.Timeout | undefined

  /** @param goOn called when mails that had to wait may be sent */
  constructor(limits: Pick<PoolLimits, 'rateLimit' | 'rateDeltaMs'>, goOn: () => void) {
    this.#limits = limits
    this.#goOn = goOn
  }

  /** A mail has its connection. */
  count(): void {
    this.#count += 1
  }

  /** Returns whether the next mail has to wait for the end of a `rateDeltaMs`. */
  isOver(): boolean {
    const { rateLimit, rateDeltaMs } = this.#limits
    if (rateLimit <= 0) return false
    const now = Date.now()
    const endsInMs = this.#since + rateDeltaMs - now
    if (endsInMs <= 0 || endsInMs > rateDeltaMs) {
      this.#since = now
      this.#count = 0
    }
    if (this.#count < rateLimit) return false
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined
      this.#goOn()
    }, endsInMs)
    return true
  }

  /** No mail waits any more, so nothing has to keep the process alive. */
  stop(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
  }
}
