import type { ChallengeStore } from '../../../src/stores/store.js'
import { verbs as storeVerbs } from '../../../src/testing/store/verbs.js'

export * from '../../../src/testing/store/verbs.js'

/** A store whose clock stands still until a test moves it. */
export interface StoreUnderTest {
  readonly store: ChallengeStore
  /** Moves the store's clock. */
  readonly advance: (ms: number) => void | Promise<void>
}

/** The verbs of the contract's tests, and the clock, for tests that are specific to one store. */
export function verbs({ store, advance }: StoreUnderTest) {
  return { advance, ...storeVerbs(store) }
}

/** The outcome of a call, or `rejected` for an error of the store. */
export const outcomeOf = (call: Promise<{ outcome: string }>): Promise<string> =>
  call.then(
    ({ outcome }) => outcome,
    () => 'rejected',
  )
