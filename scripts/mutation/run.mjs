// npm run mutation: changes the code that decides, one small change at a time, and counts the changes that
// no test notices. It takes about an hour on two cores, so it is no part of npm test. Stryker is installed
// beside the other packages without being saved: nobody else needs it.

import { install } from '../install.mjs'
import { root, run, runNode, Stop, start } from '../run.mjs'

const STRYKER = ['@stryker-mutator/core@9.6.1', '@stryker-mutator/vitest-runner@9.6.1']

await start(import.meta, async (args) => {
  await install()
  const code = await run('npm', ['install', '--no-save', '--no-audit', '--no-fund', ...STRYKER], {
    shell: process.platform === 'win32',
  })
  if (code !== 0) throw new Stop('Stryker could not be installed.')
  const stryker = `${root}/node_modules/@stryker-mutator/core/bin/stryker.js`
  return runNode(stryker, ['run', 'scripts/mutation/stryker.config.json', ...args])
})
