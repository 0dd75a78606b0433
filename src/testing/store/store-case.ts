import type { Checks } from './checks.js'
import type { StoreNeed } from './store-under-test.js'
import type { Verbs } from './verbs.js'

/** What every case works with: the verbs of an empty store, and checks of its results. */
export type CaseTools = Verbs & Checks

/** What only some stores offer. */
export interface StoreControls {
  /** Moves the store's clock forward. */
  readonly advance: (ms: number) => Promise<void>
  /** Makes the store lose its challenges. */
  readonly evict: () => Promise<void>
  /** Erases an address. Default: `alice`. */
  readonly forget: (address?: string) => Promise<void>
  /** Makes the store unable to write from now on. */
  readonly failWrites: () => Promise<void>
}

export interface StoreCase {
  /** What the store must do. */
  readonly name: string
  /** What an attacker gains, or a user loses, where the store fails this case. */
  readonly why: string
  readonly needs: readonly StoreNeed[]
  readonly run: (tools: CaseTools & StoreControls) => Promise<void>
}

/** Cases about one subject. */
export interface StoreCases {
  readonly about: string
  readonly cases: readonly StoreCase[]
}

const caseNeeding =
  <Control extends keyof StoreControls = never>(...needs: readonly StoreNeed[]) =>
  (
    name: string,
    why: string,
    run: (tools: CaseTools & Pick<StoreControls, Control>) => Promise<void>,
  ): StoreCase => ({ name, why, needs, run })

/** A case for every store. */
export const always = caseNeeding()
/** A case that moves the store's clock. */
export const withAdvance = caseNeeding<'advance'>('advance')
/** A case in which the store loses its challenges. */
export const withEvict = caseNeeding<'evict'>('evict')
/** A case for stores that can erase an address. */
export const withForget = caseNeeding<'forget'>('forget')
/** A case in which the store cannot write. */
export const withFailingWrites = caseNeeding<'failWrites'>('failWrites')
/** A case that moves the `Date` of this process while the store's own clock stands still. */
export const withOwnClock = caseNeeding('advance', 'ownClock')
