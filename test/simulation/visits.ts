import { vi } from 'vitest'

interface Visit {
  at: number
  readonly everyMs: number
  readonly run: () => Promise<void>
}

/** Who comes by again and again while the clock moves, each at its own instants. */
export class Visits {
  readonly #visits: Visit[] = []

  add(everyMs: number, run: () => Promise<void>, firstAfterMs = everyMs): void {
    this.#visits.push({ at: Date.now() + firstAfterMs, everyMs, run })
  }

  async moveClockTo(instant: number): Promise<void> {
    for (;;) {
      const next = this.#visits.toSorted((a, b) => a.at - b.at)[0]
      if (next === undefined || next.at > instant) break
      vi.setSystemTime(next.at)
      next.at += next.everyMs
      await next.run()
    }
    vi.setSystemTime(instant)
  }
}
