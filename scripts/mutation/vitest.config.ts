import { mergeConfig } from 'vitest/config'
import base from '../../vitest.config.js'

// The fast tests of the code that makes decisions. Each change runs the tests that reach it.
const config = mergeConfig(base, {})
// One project: the two of the base would run all tests.
config.test.projects = undefined
config.test.testTimeout = 30_000
config.test.include = [
  'test/options.test.ts',
  'test/challenge/{code,email,ladder,parse-code,pending-shape}.test.ts',
  'test/strategy/*.test.ts',
  'test/second-factor/*.test.ts',
  'test/tokens/*.test.ts',
  'test/stores/memory-{keeps-the-contract,forgets-when-full,forgets-an-address}.test.ts',
  'test/attacks/{delivery,enumeration,integration,polluted-prototype,rotation,second-factor,session,store-failure,tokens,tokens-from-elsewhere,types}.test.ts',
  'test/attacks/expiry.system.test.ts',
  'test/consumers/cookie-session.test.ts',
  'test/{health,json-login}/*.test.ts',
]

export default config
