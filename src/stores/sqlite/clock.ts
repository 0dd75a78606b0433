/**
 * The store's time, in milliseconds since 1970. All processes on one machine share the system clock, so it needs no
 * other clock. It never goes back: when the system clock is set back, an expired code would become valid again.
 *
 * It is the latest of: the system clock; the time that the file has recorded, which covers a restart; and the last
 * time that this process has seen plus what has passed since by its monotonic clock, so that time goes on meanwhile.
 */
export class Clock {
  #lastMs = 0
  #readAt = 0

  now(recordedMs: number): number {
    const readAt = performance.now()
    const elapsedMs = Math.max(0, readAt - this.#readAt)
    // Not rounded before it is kept: rounding each of many reads would stop the time.
    this.#lastMs = Math.max(Date.now(), recordedMs, this.#lastMs + elapsedMs)
    this.#readAt = readAt
    return Math.floor(this.#lastMs)
  }
}
