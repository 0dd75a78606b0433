import { setClock } from './clock.js'

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
      let next: Visit | undefined
      for (const visit of this.#visits) if (next === undefined || visit.at < next.at) next = visit
      if (next === undefined || next.at > instant) break
      setClock(next.at)
      next.at += next.everyMs
      await next.run()
    }
    setClock(instant)
  }
}
