// npm start: installs what is missing, builds, and runs the example app in this process, so that
// signals and the exit code are the app's own.

import { buildExampleApp } from './build.mjs'
import { install } from './install.mjs'
import { start } from './run.mjs'

await start(import.meta, async () => {
  await install()
  await buildExampleApp()
  await import('../example-app/dist/server.js')
})
