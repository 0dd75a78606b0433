import { mergeConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'
import base from '../../vitest.config.js'

/** The first test that fails decides, so the fastest files come first. */
class FastestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]) {
    return (await super.sort(files)).reverse()
  }
}

// The fast tests of the code that makes decisions. Each change runs the tests that reach it.
const config = mergeConfig(base, {})
// One project: the two of the base would run all tests.
config.test.projects = undefined
// As in the project `unit`: to load the modules again for each file would take longer than the tests.
config.test.isolate = false
// Otherwise Node.js loads this file of Stryker once, and only the tests of the first file would be assigned to changes.
config.test.server = { deps: { inline: [/stryker-setup/] } }
config.test.sequence = { sequencer: FastestFirst }
// Shorter than Stryker's `timeoutMS`, so that a test that waits for what a change took away fails. Stryker's limit then
// only ends loops.
config.test.testTimeout = 15_000
config.test.include = [
  'test/options.test.ts',
  'test/{challenge,http}/*.test.ts',
  'test/strategy/*.test.ts',
  'test/second-factor/*.test.ts',
  'test/tokens/*.test.ts',
  'test/outcome/*.test.ts',
  'test/one-wish/*.test.ts',
  'test/devices/*.test.ts',
  'test/fresh-proof/{guards,proves,versions,way-back}.test.ts',
  'test/stores/memory-{agrees-with-the-model,keeps-the-contract,forgets-when-full,forgets-an-address,floods,size}.test.ts',
  'test/stores/{answers,window-heap}.test.ts',
  'scripts/mutation/sqlite.test.ts',
  'test/attacks/{delivery,enumeration,integration,leakage,lockout,rotation,second-factor,session,session-fixation,store-failure,tokens,tokens-from-elsewhere,trusted-browser,types}.test.ts',
  'test/consumers/!(*.system).test.ts',
  'test/{health,json-login,languages}/!(*.system).test.ts',
  'test/page/states.test.ts',
]

export default config
