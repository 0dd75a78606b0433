import type { ChallengeStore } from '../../stores/store.js'

/** A store, and what the suite may do to it. */
export interface StoreUnderTest {
  readonly store: ChallengeStore
  /**
   * Moves the store's clock on by so many milliseconds. Between two calls the clock must stand still,
   * because the suite asks what a store does at an instant, and one millisecond before it.
   *
   * A store that reads `Date.now()` is moved by a fake `Date` (`vi.useFakeTimers({ toFake: ['Date'] })`,
   * `jest.useFakeTimers` and `jest.setSystemTime`, `mock.timers.enable({ apis: ['Date'] })` of `node:test`);
   * one on a server by a function of its own in the place of the server's clock, which only its tests
   * replace. Without it, all that has to do with the passing of time is skipped, and times are compared
   * as a running clock allows.
   */
  readonly advance?: ((ms: number) => void | Promise<void>) | undefined
  /**
   * Makes the store lose all pending challenges, as it may in production: full, flushed, restarted.
   * Without it, what happens then is skipped.
   */
  readonly evict?: (() => void | Promise<void>) | undefined
  /** Called after each test, passed or failed. */
  readonly close?: (() => void | Promise<void>) | undefined
}

/** Makes an **empty** store: it is called once for each test. */
export type MakeStore = () => StoreUnderTest | Promise<StoreUnderTest>

/**
 * What some of the tests need, and not every store has:
 *
 * - `advance`, `evict`: see {@link StoreUnderTest}
 * - `forget`: the store's optional verb
 * - `ownClock`: a clock that isn't this process's `Date`, as stores on a server have
 */
export type StoreNeed = 'advance' | 'evict' | 'forget' | 'ownClock'

/** Why a test of that need is skipped, to stand behind a test's name. */
export const MISSING: Readonly<Record<StoreNeed, string>> = {
  advance: 'makeStore gives no advance(ms)',
  evict: 'makeStore gives no evict()',
  forget: 'the store has no forget()',
  ownClock: "the store's clock is this process's Date",
}
