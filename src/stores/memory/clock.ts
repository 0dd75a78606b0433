/**
 * The store's time, in milliseconds since 1970. It follows the system clock, and never goes back: when that clock is set
 * back, an expired code would become valid again, and the next mail and send would have to wait for as long.
 *
 * What has passed since the last call is added by the monotonic clock, so that a code does not gain the time in which
 * the store was idle. It is only read for that, so that a test that stops `Date` alone stops the store's time.
 */
export class Clock {
  #systemMs = 0
  #readAt = 0
  #setBackMs = 0

  now(): number {
    const systemMs = Date.now()
    const readAt = performance.now()
    const backMs = this.#systemMs - systemMs
    if (backMs > 0) this.#setBackMs += backMs + Math.max(0, Math.floor(readAt - this.#readAt))
    this.#systemMs = systemMs
    this.#readAt = readAt
    return systemMs + this.#setBackMs
  }
}
