// npm run mutation: makes one small change at a time in the code that makes decisions, and counts the changes
// that no test detects. It takes more than an hour on two cores, so npm test does not include it. Stryker is
// installed without being saved to package.json, because only this script needs it.

import { install } from '../install.mjs'
import { npmCli } from '../npm.mjs'
import { root, runNode, Stop, start } from '../run.mjs'

const STRYKER = ['@stryker-mutator/core@9.6.1', '@stryker-mutator/vitest-runner@9.6.1']

await start(import.meta, async (args) => {
  await install()
  const flags = ['--no-save', '--no-audit', '--no-fund']
  const code = await runNode(npmCli(), ['install', ...flags, ...STRYKER])
  if (code !== 0) throw new Stop('Stryker could not be installed.')
  const stryker = `${root}/node_modules/@stryker-mutator/core/bin/stryker.js`
  return runNode(stryker, ['run', 'scripts/mutation/stryker.config.json', ...args])
})
