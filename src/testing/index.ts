export type { MakeStore, StoreNeed, StoreUnderTest } from './store/store-under-test.js'
export type { TestFunction, TestRunner } from './store/test-runner.js'
export { type TestStoreOptions, testStore } from './store/test-store.js'
