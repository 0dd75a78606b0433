import type { ChallengeStore } from '../../stores/store.js'

/** A store, and how the suite controls it. */
export interface StoreUnderTest {
  readonly store: ChallengeStore
  /**
   * Moves the store's clock forward by so many milliseconds. Between two calls the clock must stand still,
   * because the suite tests the store at an instant and one millisecond before it.
   *
   * For a store that reads `Date.now()`, move a fake `Date` (`vi.useFakeTimers({ toFake: ['Date'] })`,
   * `jest.useFakeTimers` and `jest.setSystemTime`, or `mock.timers.enable({ apis: ['Date'] })` of
   * `node:test`). For a store on a server, replace the server's clock by a function that only your tests
   * use. Without `advance`, cases about the passing of time are skipped, and times are compared with the
   * tolerance that a running clock needs.
   */
  readonly advance?: ((ms: number) => void | Promise<void>) | undefined
  /**
   * Makes the store lose all pending challenges, as it may in production when it is full, flushed or
   * restarted. Without it, the cases about that are skipped.
   */
  readonly evict?: (() => void | Promise<void>) | undefined
  /**
   * Makes the store unable to write from now on, and still able to read, as in production when a disk or the
   * memory is full, a permission is missing or a server has become a read-only replica. `close` has to undo
   * it where stores share a server. Without it, the case about that is skipped.
   */
  readonly failWrites?: (() => void | Promise<void>) | undefined
  /** Called after each test, whether it passed or failed. */
  readonly close?: (() => void | Promise<void>) | undefined
}

/** Makes an **empty** store. Called once for each test. */
export type MakeStore = () => StoreUnderTest | Promise<StoreUnderTest>

/**
 * What some of the tests need and not every store has:
 *
 * - `advance`, `evict`, `failWrites`: see {@link StoreUnderTest}
 * - `forget`: the optional method of the store
 * - `ownClock`: a clock that is not the `Date` of this process, as a store on a server has
 */
export type StoreNeed = 'advance' | 'evict' | 'forget' | 'ownClock' | 'failWrites'

/** Why a test with that need is skipped. Shown behind the name of the test. */
export const SKIP_REASONS: Readonly<Record<StoreNeed, string>> = {
  advance: 'makeStore returns no advance(ms)',
  evict: 'makeStore returns no evict()',
  forget: 'the store has no forget()',
  ownClock: "the store's clock is the Date of this process",
  failWrites: 'makeStore returns no failWrites()',
}
