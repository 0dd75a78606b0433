// npm test: installs what is missing and runs vitest with the arguments given. Its last line is
// "N passed, N failed", and a run without a test is a failure.

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
