import type { Checks } from './checks.js'
import type { StoreNeed } from './store-under-test.js'
import type { Verbs } from './verbs.js'

/** What every case works with: an empty store's verbs, and the checks of their answers. */
export type Given = Verbs & Checks

/** What only some stores have. */
export interface Means {
  /** Moves the store's clock. */
  readonly advance: (ms: number) => Promise<void>
  /** Makes the store lose its challenges. */
  readonly evict: () => Promise<void>
  /** Erases an address: `alice` unless a case says otherwise. */
  readonly forget: (address?: string) => Promise<void>
}

export interface StoreCase {
  readonly name: string
  /** What becomes of users, or what an attacker gains, where a store gets this wrong. */
  readonly why: string
  readonly needs: readonly StoreNeed[]
  readonly run: (given: Given & Means) => Promise<void>
}

/** Cases that belong together, and what they are about. */
export interface StoreCases {
  readonly about: string
  readonly cases: readonly StoreCase[]
}

const declares =
  <Has extends keyof Means = never>(...needs: readonly StoreNeed[]) =>
  (
    name: string,
    why: string,
    run: (given: Given & Pick<Means, Has>) => Promise<void>,
  ): StoreCase => ({ name, why, needs, run })

/** A case for every store. */
export const always = declares()
/** A case that moves the store's clock. */
export const withAdvance = declares<'advance'>('advance')
/** A case in which the store loses its challenges. */
export const withEvict = declares<'evict'>('evict')
/** A case for stores that can erase an address. */
export const withForget = declares<'forget'>('forget')
/** A case that moves this process's `Date` while the store's own clock stands still. */
export const withOwnClock = declares('advance', 'ownClock')
