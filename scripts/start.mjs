// npm start: installs missing packages, builds, and runs the example app in this process, so that the app
// receives the signals and sets the exit code.

import { buildExampleApp } from './build.mjs'
import { install } from './install.mjs'
import { start } from './run.mjs'

await start(import.meta, async () => {
  await install()
  await buildExampleApp()
  await import('../example-app/dist/server.js')
})
