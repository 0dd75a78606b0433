// npm start: installs the packages of the example app, builds it, and runs it in this process, so that the app
// receives the signals and sets the exit code.

import { buildExampleApp } from './build.mjs'
import { installExampleApp } from './install.mjs'
import { start } from './run.mjs'

await start(import.meta, async () => {
  await installExampleApp()
  await buildExampleApp()
  await import('../example-app/dist/server.js')
})
