import type { ChallengeStore } from 'passport-email-otp'
import { vi } from 'vitest'
import { stopClock } from '../helpers/clock.js'
import { everyStore } from '../stores/list.js'
import { memory } from '../stores/listed/memory.js'
import type { ListedStore, RunningStore } from '../stores/listed/store.js'

/** Moves the clock of the store and the application's together, as time does. */
export interface SharedClock {
  pass(ms: number): Promise<void>
  /** Goes on to an instant of the application's clock. */
  at(instant: number): Promise<void>
  /** Sets the application's clock alone, as an operator does. */
  skew(ms: number): void
}

export interface StoreKind extends Pick<ListedStore, 'name' | 'clock'> {
  /** An empty store whose clock runs. */
  newStore(): Promise<ChallengeStore>
  /** The same, with a count of what it keeps: addresses and challenges, in whatever form. */
  counted: RunningStore['newStore']
  /**
   * An empty store whose clock stands still until the test moves it, and the application's with it. A store with its
   * own clock tells another time all along, as clocks of different machines do.
   */
  clocked(): Promise<{ readonly store: ChallengeStore; readonly clock: SharedClock }>
}

/** Declares tests once for each store of the list. */
export function eachStore(tests: (kind: StoreKind) => void, stores?: readonly ListedStore[]): void {
  everyStore((running, { name, clock }) => {
    tests({
      name,
      clock,
      newStore: async () => (await running().newStore()).store,
      counted: () => running().newStore(),
      clocked: async () => {
        const { store, advance } = await running().clocked()
        const moveDate = clock === 'own' ? stopClock().pass : undefined
        const pass = async (ms: number) => {
          moveDate?.(ms)
          await advance(ms)
        }
        const at = (instant: number) => pass(instant - Date.now())
        const skew = (ms: number) => void vi.setSystemTime(Date.now() + ms)
        return { store, clock: { pass, at, skew } }
      },
    })
  }, stores)
}

/** Declares tests in which the store decides nothing that others do not try on every store. */
export function inMemory(tests: (kind: StoreKind) => void): void {
  eachStore(tests, [memory])
}
