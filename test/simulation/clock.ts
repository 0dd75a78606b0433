import { afterEach, beforeEach } from 'vitest'

const { now } = Date
let instant = 0

/**
 * Stops `Date.now` in every test of a file. A simulation moves the clock millions of times, which takes longer with
 * fake timers than all that is simulated.
 */
export function stopTheClock(): void {
  beforeEach(() => {
    instant = Date.parse('2030-01-01T00:00:00Z')
    Date.now = () => instant
  })
  afterEach(() => {
    Date.now = now
  })
}

export function setClock(to: number): void {
  instant = to
}
