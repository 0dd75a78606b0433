// npm test and npm run test:unit: installs missing packages and runs vitest with the given arguments. The last line
// of the output is "N passed, N failed". A run without a test fails.

import { fileURLToPath } from 'node:url'
import { install } from './install.mjs'
import { runNode, start } from './run.mjs'

const vitest = fileURLToPath(new URL('../node_modules/vitest/vitest.mjs', import.meta.url))

await start(import.meta, async (args) => {
  await install()
  return runNode(vitest, [
    'run',
    '--reporter=default',
    '--reporter=./scripts/closing-line-reporter.mjs',
    ...args,
  ])
})
