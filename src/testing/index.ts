export type { CapturedCode } from '../mail/captured-code.js'
export {
  type CapturableStrategy,
  type CapturedCodes,
  captureCodes,
} from './codes/capture-codes.js'
export {
  type CatchMailOptions,
  type CaughtMail,
  type CaughtMails,
  catchMail,
} from './codes/catch-mail.js'
export type { Inbox, NextOptions, ReceivedCode } from './codes/inbox.js'
export type { MakeStore, StoreNeed, StoreUnderTest } from './store/store-under-test.js'
export type { TestFunction, TestRunner } from './store/test-runner.js'
export { type TestStoreOptions, testStore } from './store/test-store.js'
