import { mergeConfig } from 'vitest/config'
import base from '../../vitest.config.js'

/** The tests that are about deciding and answer fast: each change runs those that reach it. */
const config = mergeConfig(base, {
  test: {
    exclude: [
      'test/attacks/{denial-of-service,enumeration-timing,fuzz,lockout,sending,leakage}*.test.ts',
      'test/attacks/*{server,process,budgets}*.test.ts',
      'test/challenge/distribution.test.ts',
      'test/stores/memory-stands-floods.test.ts',
    ],
  },
})
config.test.include = [
  'attacks',
  'challenge',
  'devices',
  'fresh-proof',
  'input',
  'second-factor',
  'strategy',
  'tokens',
].map((folder) => `test/${folder}/**/*.test.ts`)
config.test.include.push(
  'test/options.test.ts',
  'test/limits.test.ts',
  'test/stores/memory-*.test.ts',
)

export default config
