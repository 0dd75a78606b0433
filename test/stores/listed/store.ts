import type { ChallengeStore } from 'passport-email-otp'

/** One line of the list in `test/stores/list.ts`. */
export interface ListedStore {
  readonly name: string
  /** `describe`, or one that skips its tests where a program is missing. */
  readonly describe: (name: string, tests: () => void) => void
  /** Starts what the store runs on, once for all tests of a file. */
  readonly start: () => Promise<RunningStore>
  /** Whether the store reads the clocks of this process, which `clocked` stops, or has its own. */
  readonly clock: 'process' | 'own'
  /** Whether only one process can use it at a time. */
  readonly isOfOneProcess?: boolean
  /** Drops data while it is still in use once it is full, unlike the model. */
  readonly isBounded?: boolean
}

export interface RunningStore {
  /** An empty store whose clock runs. */
  newStore(): Promise<CountedStore>
  /** An empty store whose clock stands still until `advance` moves it. */
  clocked(): Promise<ClockedStore>
  /** An empty store that other processes can open. Not given if the store belongs to one process. */
  readonly shared?: () => Promise<SharedStore>
  /** An empty store for each state in which it cannot count a guess. */
  readonly faults: readonly StoreFault[]
  stop(): Promise<void>
}

export interface CountedStore {
  readonly store: ChallengeStore
  /** How many rows or keys it keeps. */
  rows(): Promise<number>
}

export interface ClockedStore extends CountedStore {
  readonly advance: (ms: number) => void | Promise<void>
  readonly evict: () => void | Promise<void>
  /** Lets no write succeed until `close` is called. Without it, no write can fail. */
  readonly failWrites?: () => void | Promise<void>
  readonly close?: () => void | Promise<void>
}

export interface SharedStore {
  readonly store: ChallengeStore
  /** The module in `test/stores/connect/` that opens the store in another process. */
  readonly connect: string
  /** What that module needs to find the store, as JSON. */
  readonly where: object
}

export interface StoreFault {
  readonly name: string
  /** Why it is skipped on this machine. */
  readonly skipped?: string | undefined
  /** Prepares an empty store that works until `enter` is called, and again after `leave`. */
  readonly prepare: () => Promise<{
    readonly store: ChallengeStore
    enter(): void | Promise<void>
    leave(): void | Promise<void>
  }>
}
