import { onTestFinished, vi } from 'vitest'

export const SECOND = 1000
export const MINUTE = 60 * SECOND
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR

export interface Clock {
  /** Moves the clock by so many milliseconds. */
  pass(ms: number): void
  /** Sets the clock to an instant. */
  at(instant: number): void
}

/**
 * Stops `Date` until the test ends. Only the test moves it. Timers go on, because sockets need them, and so does all
 * that waits for a timer.
 */
export function stopClock(start: string | number = '2026-01-05T08:00:00.000Z'): Clock {
  vi.useFakeTimers({ toFake: ['Date'], now: new Date(start) })
  onTestFinished(() => void vi.useRealTimers())
  return {
    pass: (ms) => void vi.setSystemTime(Date.now() + ms),
    at: (instant) => void vi.setSystemTime(instant),
  }
}

/** Stops `setTimeout`, and `Date` with it if that is wanted, until the test ends. Sockets and `setImmediate` go on. */
export function stopTimeouts({ date = false } = {}): { pass(ms: number): Promise<void> } {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', ...(date ? ['Date' as const] : [])] })
  onTestFinished(() => void vi.useRealTimers())
  return { pass: async (ms) => void (await vi.advanceTimersByTimeAsync(ms)) }
}

/** Stops only the timers of exactly so many milliseconds, until the test fires them. */
export function holdTimers(heldMs: number): { fire(): void } {
  const held: (() => void)[] = []
  const { setTimeout } = globalThis
  const spy = vi.spyOn(globalThis, 'setTimeout').mockImplementation(((
    run: () => void,
    ms?: number,
    ...args: unknown[]
  ) => {
    if (ms !== heldMs) return setTimeout(run, ms, ...(args as []))
    held.push(run)
    return setTimeout(() => {}, 0)
  }) as typeof setTimeout)
  onTestFinished(() => spy.mockRestore())
  return {
    fire: () => {
      for (const run of held.splice(0)) run()
    },
  }
}

/** Lets the timers of exactly these milliseconds run at once, until the test ends. */
export function skipTimers(...skippedMs: readonly number[]): void {
  const { setTimeout } = globalThis
  const spy = vi
    .spyOn(globalThis, 'setTimeout')
    .mockImplementation(((run: () => void, ms?: number, ...args: unknown[]) =>
      setTimeout(run, skippedMs.includes(ms ?? 0) ? 0 : ms, ...(args as []))) as typeof setTimeout)
  onTestFinished(() => spy.mockRestore())
}
