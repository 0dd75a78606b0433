import { type MakeStore, type TestStoreOptions, testStore } from 'passport-email-otp/testing'
import { describe, test } from 'vitest'

export type { MakeStore, StoreUnderTest } from 'passport-email-otp/testing'

/** Declares the tests that every store must pass. Each test gets an empty store. */
export function storeContract(makeStore: MakeStore, options: TestStoreOptions = {}): void {
  testStore(makeStore, { describe, test, ...options })
}
