// npm run try: runs the command line of this clone. It installs missing packages and builds first.

import { fileURLToPath } from 'node:url'
import { build } from './build.mjs'
import { install } from './install.mjs'
import { runNode, start } from './run.mjs'

await start(import.meta, async (args) => {
  await install()
  await build()
  return runNode(fileURLToPath(new URL('../dist/esm/cli/main.js', import.meta.url)), [
    'try',
    ...args,
  ])
})
